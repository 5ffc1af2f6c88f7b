// Builds the browser assets of every app of the bench: what `bench build` and `bench watch` call.
//
// Sources are the files named *.bundle.{js,ts,jsx,css,scss,sass} below an app's public folder. Each becomes a
// file with a hash in its name below sites/assets/<app>/dist, and a line in sites/assets/assets.json.

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import * as esbuild from "esbuild";
import { createClient } from "redis";
import rtlcss from "rtlcss";
import { datepickerSeconds, htmlTemplates, sassStyles, vueComponents } from "./asset_plugins.mjs";

const BUNDLE = /\.bundle\.(js|ts|jsx|css|scss|sass)$/;
const STYLE = /\.(css|scss|sass)$/;
const SKIPPED_FOLDERS = new Set(["node_modules", "dist"]);

const { values: options } = parseArgs({
	strict: false,
	options: {
		apps: { type: "string", default: "" },
		files: { type: "string", default: "" },
		skip_frappe: { type: "boolean", default: false },
		production: { type: "boolean", default: false },
		watch: { type: "boolean", default: false },
		"live-reload": { type: "boolean", default: false },
		"save-metafiles": { type: "boolean", default: false },
	},
});

const here = path.dirname(fileURLToPath(import.meta.url));
const bench = process.env.FRAPPE_BENCH_ROOT || path.resolve(here, "../..");
const sites = path.join(bench, "sites");
const assets = path.join(sites, "assets");
const list = (text) => text.split(",").filter(Boolean);

async function readAppNames() {
	const text = await readFile(path.join(sites, "apps.txt"), "utf8");
	return text.split(/\s+/).filter(Boolean);
}

async function findBundles(folder) {
	const found = [];
	for (const entry of await readdir(folder, { withFileTypes: true })) {
		const file = path.join(folder, entry.name);
		if (entry.isDirectory() && !SKIPPED_FOLDERS.has(entry.name)) found.push(...(await findBundles(file)));
		else if (entry.isFile() && BUNDLE.test(entry.name)) found.push(file);
	}
	return found;
}

async function findEntries(appNames) {
	const chosenApps = options.apps
		? list(options.apps)
		: appNames.filter((app) => app !== "frappe" || !options.skip_frappe);
	const chosenFiles = list(options.files);
	const entries = [];
	for (const app of chosenApps) {
		const folder = path.join(bench, "apps", app, app, "public");
		if (!existsSync(folder)) continue;
		for (const file of (await findBundles(folder)).sort()) {
			if (chosenFiles.length && !chosenFiles.includes(`${app}/${path.basename(file)}`)) continue;
			const kind = STYLE.test(file) ? "css" : "js";
			const name = path.basename(file).replace(/\.[^.]+$/, "");
			entries.push({ app, file, kind, key: `${name}.${kind}`, out: `${app}/dist/${kind}/${name}` });
		}
	}
	return entries;
}

async function writeWhole(file, text) {
	await mkdir(path.dirname(file), { recursive: true });
	await writeFile(`${file}.part`, text);
	await rename(`${file}.part`, file);
}

async function mergeJson(file, lines) {
	const known = existsSync(file) ? JSON.parse(await readFile(file, "utf8")) : {};
	await writeWhole(file, JSON.stringify({ ...known, ...lines }, null, "\t") + "\n");
}

async function removeOlder(file) {
	const [, stem, kind] = path.basename(file).match(/^(.+\.bundle)\.[A-Z0-9]+\.(css|js)$/);
	const older = (name) =>
		name.startsWith(`${stem}.`) && name.includes(`.${kind}`) && !name.startsWith(path.basename(file));
	const folder = path.dirname(file);
	for (const name of (await readdir(folder)).filter(older))
		await rm(path.join(folder, name), { force: true });
}

async function writeRightToLeft(file, key) {
	const mirrored = file.replace("/dist/css/", "/dist/css-rtl/");
	await writeWhole(mirrored, rtlcss.process(await readFile(file, "utf8")));
	await removeOlder(mirrored);
	return [`rtl_${key}`, mirrored];
}

async function withRedis(setting, action) {
	const config = JSON.parse(
		await readFile(path.join(sites, "common_site_config.json"), "utf8").catch(() => "{}")
	);
	const url = process.env[`FRAPPE_${setting.toUpperCase()}`] || config[setting];
	if (!url) return;
	const client = createClient({ url, socket: { reconnectStrategy: false, connectTimeout: 1000 } });
	client.on("error", () => {}); // A bench whose Redis is down has no cache to clear and nobody to tell.
	await client.connect().then(
		() => action(client).finally(() => client.close()),
		() => {}
	);
}

async function publishOutputs(entries, metafile) {
	const byFile = new Map(entries.map((entry) => [entry.file, entry]));
	const lines = {};
	const mirroredLines = {};
	const url = (file) => `/assets/${path.relative(assets, file)}`;
	for (const [name, output] of Object.entries(metafile.outputs)) {
		const entry = output.entryPoint && byFile.get(path.resolve(bench, output.entryPoint));
		if (!entry) continue;
		const file = path.resolve(bench, name);
		lines[entry.key] = url(file);
		await removeOlder(file);
		if (entry.kind === "css") {
			const [key, mirrored] = await writeRightToLeft(file, entry.key);
			mirroredLines[key] = url(mirrored);
		}
	}
	await mergeJson(path.join(assets, "assets.json"), lines);
	await mergeJson(path.join(assets, "assets-rtl.json"), mirroredLines);
	await withRedis("redis_cache", (client) => client.del("assets_json"));
	if (options["save-metafiles"])
		await writeWhole(path.join(assets, "metafile.json"), JSON.stringify(metafile));
}

/** Reports each finished build, and in watch mode tells open pages to reload. */
function reporter(entries) {
	return {
		name: "reporter",
		setup(build) {
			let started;
			build.onStart(() => {
				started = Date.now();
			});
			build.onEnd(async (result) => {
				if (result.errors.length) return;
				await publishOutputs(entries, result.metafile);
				console.log(
					`Built ${entries.length} bundles in ${((Date.now() - started) / 1000).toFixed(1)} s`
				);
				if (!options["live-reload"]) return;
				const message = { event: "build_event", message: { success: true, live_reload: true } };
				await withRedis("redis_queue", (client) => client.publish("events", JSON.stringify(message)));
			});
		},
	};
}

function buildOptions(appNames, entries) {
	const roots = appNames.map((app) => path.join(bench, "apps", app));
	const folders = [...roots.map((root) => path.join(root, "node_modules")).filter(existsSync), ...roots];
	const cssOptions = {
		nodePaths: folders,
		external: ["/assets/*", "*.png", "*.svg", "*.woff", "*.woff2", "*.ttf", "*.eot"],
		minify: options.production,
		target: ["chrome90", "firefox90", "safari14"],
		logLevel: "silent",
	};
	return {
		entryPoints: entries.map(({ file, out }) => ({ in: file, out })),
		absWorkingDir: bench,
		outdir: assets,
		entryNames: "[dir]/[name].[hash]",
		bundle: true,
		metafile: true,
		minify: options.production,
		sourcemap: true,
		target: ["es2017"],
		nodePaths: folders,
		external: cssOptions.external,
		define: {
			"process.env.NODE_ENV": JSON.stringify(options.production ? "production" : "development"),
			__VUE_OPTIONS_API__: "true",
			__VUE_PROD_DEVTOOLS__: "false",
			__VUE_PROD_HYDRATION_MISMATCH_DETAILS__: "false",
		},
		logLevel: "warning",
		logOverride: {
			"direct-eval": "silent",
			"css-syntax-error": "silent",
			"unsupported-css-property": "silent",
		},
		plugins: [
			htmlTemplates(),
			datepickerSeconds(path.join(here, "datepicker_seconds.js")),
			sassStyles(folders),
			vueComponents({ root: bench, folders, isProduction: options.production, cssOptions }),
			reporter(entries),
		],
	};
}

async function main() {
	const appNames = await readAppNames();
	const entries = await findEntries(appNames);
	if (!entries.length) return;
	const settings = buildOptions(appNames, entries);
	if (options.watch) {
		const context = await esbuild.context(settings);
		await context.watch();
		console.log("Watching for changes; Ctrl-C ends it.");
	} else {
		await esbuild.build(settings);
	}
}

main().catch((error) => {
	console.error(error.errors ? "The build failed; the errors stand above." : error);
	process.exitCode = 1;
});
