// esbuild plugins for the three kinds of source that Frappe's desk uses beside plain JavaScript:
// HTML micro templates, Sass, and Vue single-file components.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";
import * as sfc from "vue/compiler-sfc";

/** `import "./page.html"` registers the file as `frappe.templates["page"]`. */
export function htmlTemplates() {
	return {
		name: "html-templates",
		setup(build) {
			build.onLoad({ filter: /\.html$/ }, async ({ path: file }) => {
				const name = path.basename(file).split(".")[0];
				// Backslash sequences stay as they are: Frappe's templates rely on their being interpreted.
				const text = (await readFile(file, "utf8")).replaceAll("`", "\\`").replaceAll("${", "\\${");
				return {
					contents: `frappe.templates[${JSON.stringify(name)}] = \`${text}\`;\n`,
					loader: "js",
				};
			});
		},
	};
}

/** Sass knows nothing of webpack's "~package/file", which Frappe's styles use for node modules. */
function tildeImporter(folder) {
	const base = pathToFileURL(`${folder}/`);
	return { findFileUrl: (url) => (url.startsWith("~") ? new URL(url.slice(1), base) : null) };
}

/** Appends `patch` to the date picker's own file, so that every bundle with the picker has it. */
export function datepickerSeconds(patch) {
	return {
		name: "datepicker-seconds",
		setup(build) {
			build.onLoad(
				{ filter: /air-datepicker[\\/]dist[\\/]js[\\/]datepicker\.min\.js$/ },
				async ({ path: file }) => {
					const parts = await Promise.all([file, patch].map((name) => readFile(name, "utf8")));
					return { contents: parts.join("\n;\n"), loader: "js", watchFiles: [patch] };
				}
			);
		},
	};
}

function compileSass(text, file, folders) {
	const result = sass.compileString(text, {
		url: pathToFileURL(file),
		syntax: file.endsWith(".sass") ? "indented" : "scss",
		loadPaths: [path.dirname(file), ...folders],
		importers: folders.map(tildeImporter),
		// Frappe and Bootstrap 4 use features that a later Sass drops; the version in the lock file has them.
		logger: sass.Logger.silent,
	});
	const files = result.loadedUrls
		.filter((url) => url.protocol === "file:")
		.map((url) => fileURLToPath(url));
	return { css: result.css, files };
}

export function sassStyles(folders) {
	return {
		name: "sass-styles",
		setup(build) {
			build.onLoad({ filter: /\.(scss|sass)$/ }, async ({ path: file }) => {
				const { css, files } = compileSass(await readFile(file, "utf8"), file, folders);
				return { contents: css, loader: "css", resolveDir: path.dirname(file), watchFiles: files };
			});
		},
	};
}

async function compileVueStyle(style, { file, id, folders, cssOptions }) {
	const { css, files } =
		style.lang === "scss" || style.lang === "sass"
			? compileSass(style.content, `${file}.${style.lang}`, folders)
			: { css: style.content, files: [] };
	const scoped = await sfc.compileStyleAsync({ source: css, filename: file, id, scoped: style.scoped });
	if (scoped.errors.length) throw scoped.errors[0];
	const bundle = await esbuild.build({
		...cssOptions,
		stdin: { contents: scoped.code, loader: "css", resolveDir: path.dirname(file) },
		bundle: true,
		write: false,
	});
	return { css: bundle.outputFiles[0].text, files: files.filter((name) => !name.startsWith(`${file}.`)) };
}

function compileVueScript(descriptor, id, isProduction) {
	const scoped = descriptor.styles.some((style) => style.scoped);
	const templateOptions = { scoped, compilerOptions: { scopeId: scoped ? id : undefined } };
	if (descriptor.scriptSetup) {
		return sfc.compileScript(descriptor, {
			id,
			isProd: isProduction,
			inlineTemplate: true,
			genDefaultAs: "component",
			templateOptions,
		}).content;
	}
	const script = descriptor.script
		? sfc.compileScript(descriptor, { id, isProd: isProduction, genDefaultAs: "component" }).content
		: "const component = {};";
	const template = sfc.compileTemplate({
		source: descriptor.template.content,
		filename: descriptor.filename,
		id,
		isProd: isProduction,
		slotted: descriptor.slotted,
		...templateOptions,
	});
	if (template.errors.length) throw template.errors[0];
	return `${script}\n${template.code}\ncomponent.render = render;`;
}

/** Vue components bring their styles along in the script: no page loads the stylesheet of a script bundle. */
export function vueComponents({ root, folders, isProduction, cssOptions }) {
	return {
		name: "vue-components",
		setup(build) {
			build.onLoad({ filter: /\.vue$/ }, async ({ path: file }) => {
				const { descriptor, errors } = sfc.parse(await readFile(file, "utf8"), { filename: file });
				if (errors.length) throw errors[0];
				const id = `data-v-${createHash("sha256").update(path.relative(root, file)).digest("hex").slice(0, 8)}`;
				const styles = await Promise.all(
					descriptor.styles.map((style) =>
						compileVueStyle(style, { file, id, folders, cssOptions })
					)
				);
				const parts = [compileVueScript(descriptor, id, isProduction)];
				if (descriptor.styles.some((style) => style.scoped)) {
					parts.push(`component.__scopeId = ${JSON.stringify(id)};`);
				}
				for (const { css } of styles) parts.push(`frappe.dom.set_style(${JSON.stringify(css)});`);
				parts.push("export default component;");
				return {
					contents: parts.join("\n"),
					loader:
						descriptor.scriptSetup?.lang === "ts" || descriptor.script?.lang === "ts"
							? "ts"
							: "js",
					resolveDir: path.dirname(file),
					watchFiles: styles.flatMap(({ files }) => files),
				};
			});
		},
	};
}
