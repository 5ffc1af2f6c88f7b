import { setGoogleFontsEnabled } from "@eigenpal/docx-editor-core";
import chinese from "@eigenpal/docx-editor-i18n/zh-CN";
import { DocxEditor } from "@eigenpal/docx-editor-react";
import "@eigenpal/docx-editor-react/styles.css";
import { createRef } from "react";
import { createRoot } from "react-dom/client";
import { CLOSED, FOREIGN, FORMAT, make_guard } from "./word/guard.js";
import { find_comment_changes, find_edits, is_same, read_lines } from "./word/lines.js";
import "./word/style.css";

const PATIENCE = 60 * 1000;
const LOOK_EVERY = 200;
const PAGE_WIDTH = 860;
const SAID_EVERY = 3000;
setGoogleFontsEnabled(false);

/** The text of a Word file. All that is typed and struck out in it is a tracked change of the person. */
export async function open({
	root,
	document: name,
	from_draft,
	token,
	lang,
	is_dark,
	__,
	call,
	on_change,
	say,
}) {
	const { content, version, author, lines } = await call("open_text", { document: name, from_draft });
	const editor = createRef();
	const known = new Map(lines.map((line) => [line.id, line]));
	const closed = new Set();
	let view = null;
	let comments = [];
	let is_ready = false;
	let base = version;
	let on_draft = from_draft;

	const sentences = {
		[FORMAT]: __("Only text is changed here. Change formats, tables and pictures in an office program."),
		[CLOSED]: __("This paragraph holds boxes or fields that are not changed here. It stays as it is."),
		[FOREIGN]: __(
			"What others changed is decided on in the library, by the document's owner. Strike it out, or comment on it."
		),
	};
	let said_at = 0;
	const refuse = (reason) => {
		if (Date.now() - said_at < SAID_EVERY) return;
		said_at = Date.now();
		say(sentences[reason], "orange");
	};
	const guard = make_guard({
		author,
		on_change,
		say: refuse,
		is_ready: () => is_ready,
		is_open: (id) => !closed.has(id),
	});
	const take = () => {
		const doc = guard.get_doc(view);
		return { doc, comments, lines: read_lines(doc).filter(({ id }) => !closed.has(id)) };
	};

	const buffer = decode(content);
	const translations = lang.startsWith("zh") ? chinese : undefined;
	const plugins = [guard.plugin];
	const is_narrow = root.clientWidth < PAGE_WIDTH;
	const tree = createRoot(root);
	const draw = (note) =>
		tree.render(
			<div className="meeting-text">
				{note && (
					<div className="meeting-text-note" role="note">
						{note}
					</div>
				)}
				<div className="meeting-text-page">
					<DocxEditor
						ref={editor}
						documentBuffer={buffer}
						author={author}
						mode="suggesting"
						i18n={translations}
						colorMode={is_dark ? "dark" : "light"}
						externalPlugins={plugins}
						showToolbar={false}
						showOutlineButton={!is_narrow}
						commentsSidebarOpen={is_narrow ? false : undefined}
						initialZoom={is_narrow ? root.clientWidth / PAGE_WIDTH : 1}
						showFileOpen={false}
						onEditorViewReady={(made) => (view = made)}
						onCommentsChange={(now) => {
							comments = now;
							if (is_ready) on_change();
						}}
					/>
				</div>
			</div>
		);
	draw();
	keep_to_the_text(root, () => refuse(FORMAT));
	await wait_until_loaded(() => editor.current?.getDocument() && view && view.state.doc);
	for (const line of read_lines(view.state.doc)) {
		if (!known.has(line.id) || !is_same(known.get(line.id), line)) closed.add(line.id);
	}
	const has_something = ({ id, pieces }) => closed.has(id) && pieces.length;
	if (read_lines(view.state.doc).some(has_something)) {
		draw(
			__(
				"Some paragraphs hold boxes or fields that are shown but not changed here. They stay as they are."
			)
		);
	}
	let saved = take();
	is_ready = true;

	async function save({ as_draft = false, reason = null } = {}) {
		const now = take();
		const answer = await call("save_text", {
			document: name,
			base_version: base,
			edits: find_edits(saved.lines, now.lines),
			comments: find_comment_changes(saved.comments, now.comments, now.doc),
			on_draft,
			as_draft,
			token,
			reason,
		});
		if (!as_draft || on_draft) saved = now;
		if (!as_draft) {
			on_draft = false;
			base = answer.version;
		}
		return answer;
	}

	return { save, focus: () => view.focus(), destroy: () => tree.unmount() };
}

function decode(text) {
	return Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer;
}

/** The editor says that it has a view, but not when the text stands in it: when it stays the same twice. */
function wait_until_loaded(get_doc) {
	return new Promise((resolve, reject) => {
		const started = Date.now();
		let before = null;
		const timer = setInterval(() => {
			const doc = get_doc();
			const is_late = Date.now() - started > PATIENCE;
			if (!is_late && (!doc || doc !== before)) return (before = doc);
			clearInterval(timer);
			if (doc) resolve();
			else reject(new Error("The text did not appear in time."));
		}, LOOK_EVERY);
	});
}

/** Headers, footers and the editor's own menu, which is in English, lie outside of what is saved. */
function keep_to_the_text(root, refuse) {
	const outside = ".layout-page-header, .layout-page-footer";
	for (const kind of ["mousedown", "mouseup", "click", "dblclick"]) {
		root.addEventListener(
			kind,
			(event) => {
				if (event.detail < 2 || !event.target.closest(outside)) return;
				event.preventDefault();
				event.stopPropagation();
				if (kind === "dblclick") refuse();
			},
			true
		);
	}
	root.addEventListener("contextmenu", (event) => event.stopPropagation(), true);
}
