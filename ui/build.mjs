// Builds what pages load into foc_graph/assets/built: `make ui` calls it.

import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { LICENCES, thirdParty } from "./licences.mjs";
import { limited } from "./memory.mjs";

const target = fileURLToPath(new URL("../foc_graph/assets/built/", import.meta.url));
const LEGAL = ".LEGAL.txt";
const ENGINE = new URL("node_modules/oxigraph/web_bg.wasm", import.meta.url);
const MEMORY = 2 ** 30; // bytes that the engine may take

const { metafile, outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: { explore: "src/explore.js", sparql: "src/sparql.js", ask: "src/ask.js", engine: "src/engine/worker.js", learn: "src/learn.js", questions: "src/questions.js" },
  outdir: target,
  write: false,
  metafile: true,
  bundle: true,
  alias: { "d3-transition": "./src/no-transition.js" },
  minify: true,
  format: "iife",
  target: "es2020",
  banner: { js: `/*! Licences: ${LICENCES} */`, css: `/*! Licences: ${LICENCES} */` },
  legalComments: "external",
});
const comments = outputFiles.filter(({ path }) => path.endsWith(LEGAL));
const files = {
  ...Object.fromEntries(
    outputFiles.filter((file) => !comments.includes(file)).map(({ path, contents }) => [path.slice(target.length), contents]),
  ),
  "engine.wasm.gz": gzipSync(limited(await readFile(ENGINE), MEMORY), { level: 9 }), // as hosts of files send no packed ones
  [LICENCES]: await thirdParty(Object.keys(metafile.inputs), comments.map(({ text }) => text)),
};

await mkdir(target, { recursive: true });
for (const [name, content] of Object.entries(files)) await writeFile(join(target, name), content);
for (const name of await readdir(target)) if (!(name in files)) await rm(join(target, name), { recursive: true });
