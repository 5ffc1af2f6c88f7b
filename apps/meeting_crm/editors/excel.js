import { ICommandService, LocaleType, LogLevel, Univer } from "@univerjs/core";
import { FUniver } from "@univerjs/core/facade";
import { UniverSheetsCorePreset } from "@univerjs/preset-sheets-core";
import english from "@univerjs/preset-sheets-core/locales/en-US";
import chinese from "@univerjs/preset-sheets-core/locales/zh-CN";
import { AFTER_CELL_EDIT, SheetInterceptorService } from "@univerjs/sheets";
import { defaultTheme } from "@univerjs/themes";
import { ILayoutService } from "@univerjs/ui";
import "@univerjs/preset-sheets-core/lib/index.css";
import { find_changes, read_typed } from "./excel/cells.js";

const ONLY_EMPTY_RESULTS = 1;
const VALUES = "sheet.mutation.set-range-values";
const REFUSED = new RegExp(
	`^sheet\\.command\\.(${[
		"append-row|insert-(row|col|multi|range|sheet|defined)|remove-(row|col|sheet|defined)|delete-range-move",
		"move-(rows|cols|range)|cut|copy-sheet|reorder-range|split-text|(add|remove)-worksheet-merge",
		"set-worksheet-(name|order|hidden|show|row-count|column-count|default-style)|set-tab-color|set-defined-name",
		"(add|set|delete|change)-.*protection|set-(range-)?(bold|italic|underline|stroke|overline|font|text|sub|super)",
		"set-(style|background-color|border|horizontal|vertical)|apply-format|set-(once|infinite)-format",
		"clear-selection-(all|format)|reset-|numfmt",
	].join("|")})`
);

/** Values and formulas of a workbook; what else it holds is shown as far as it can be, and stays as it is in the file. */
export async function open({ root, document: name, from_draft, token, lang, __, call, on_change, say }) {
	const { workbook, version } = await call("open_workbook", { document: name, from_draft });
	const stored = structuredClone(workbook);
	const is_chinese = lang.startsWith("zh");
	const { univer, api } = make_univer(root, is_chinese);
	let base = version;
	let on_draft = from_draft;
	let touched = new Map();

	api.addEvent(api.Event.BeforeCommandExecute, (event) => {
		if (!REFUSED.test(event.id)) return;
		event.cancel = true;
		say(
			__(
				"Only contents are changed here. Change rows, columns, sheets and formats in a spreadsheet program."
			),
			"orange"
		);
	});
	const book = api.createWorkbook({
		...workbook,
		locale: is_chinese ? LocaleType.ZH_CN : LocaleType.EN_US,
	});
	univer
		.__getInjector()
		.get(SheetInterceptorService)
		.writeCellInterceptor.intercept(AFTER_CELL_EDIT, {
			priority: 1000,
			handler: (cell, context, next) => read_typed(cell) || next(cell),
		});
	univer
		.__getInjector()
		.get(ICommandService)
		.onCommandExecuted(({ id, params }, options) => {
			if (id !== VALUES) return;
			for (const [row, cells] of Object.entries(params.cellValue || {}))
				for (const column of Object.keys(cells || {}))
					touched.set(`${params.subUnitId}/${row}/${column}`, [params.subUnitId, +row, +column]);
			if (!options?.fromFormula) on_change();
		});

	async function save({ as_draft = false, reason = null } = {}) {
		const sent = touched;
		touched = new Map();
		const changes = find_changes(book, stored, [...sent.values()]);
		try {
			const answer = await call("save_workbook", {
				document: name,
				base_version: base,
				changes: changes.map(({ change }) => change),
				on_draft,
				as_draft,
				token,
				reason,
			});
			if (as_draft) {
				touched = new Map([...sent, ...touched]);
				return answer;
			}
			changes.forEach(({ place: [sheet, row, column], content }) => {
				const cells = stored.sheets[sheet].cellData;
				cells[row] = { ...cells[row], [column]: content };
			});
			on_draft = false;
			base = answer.version;
			return answer;
		} catch (error) {
			touched = new Map([...sent, ...touched]);
			throw error;
		}
	}

	return {
		save,
		/** Whoever pressed a button outside goes on typing where they were. */
		focus: () => univer.__getInjector().get(ILayoutService).focus(),
		destroy: () => univer.dispose(),
	};
}

/** What the presets' own maker does, which brings packages that are not free. */
function make_univer(container, is_chinese) {
	const locale = is_chinese ? LocaleType.ZH_CN : LocaleType.EN_US;
	const univer = new Univer({
		logLevel: LogLevel.ERROR,
		locale,
		locales: { [locale]: is_chinese ? chinese : english },
		theme: defaultTheme,
	});
	const { plugins } = UniverSheetsCorePreset({
		container,
		header: true,
		toolbar: false,
		contextMenu: false,
		formula: { initialFormulaComputing: ONLY_EMPTY_RESULTS },
	});
	new Map(
		plugins
			.map((entry) => (Array.isArray(entry) ? entry : [entry]))
			.map((entry) => [entry[0].pluginName, entry])
	).forEach(([plugin, options]) => univer.registerPlugin(plugin, options));
	return { univer, api: FUniver.newAPI(univer) };
}
