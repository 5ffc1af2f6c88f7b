// Bundles the editors for Word and Excel to public/dist/editors; manifest.json says under which names.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(here, "../meeting_crm/public/dist/editors");
const editors = (await readdir(here)).filter((name) => /\.jsx?$/.test(name));

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
const { metafile } = await build({
	entryPoints: editors.map((name) => path.join(here, name)),
	outdir: target,
	entryNames: "[name].[hash]",
	chunkNames: "parts/[name].[hash]",
	assetNames: "parts/[name].[hash]",
	bundle: true,
	format: "esm",
	splitting: true,
	minify: true,
	target: "es2020",
	jsx: "automatic",
	define: { "process.env.NODE_ENV": '"production"' },
	loader: { ".woff": "file", ".woff2": "file", ".ttf": "file", ".png": "file", ".svg": "dataurl" },
	metafile: true,
	logLevel: "warning",
});

const manifest = {};
for (const [file, { entryPoint, cssBundle }] of Object.entries(metafile.outputs)) {
	if (!entryPoint || !editors.includes(path.basename(entryPoint))) continue;
	manifest[path.parse(entryPoint).name] = {
		script: path.basename(file),
		style: cssBundle && path.basename(cssBundle),
	};
}
await writeFile(path.join(target, "manifest.json"), JSON.stringify(manifest));
