// Builds what pages load into foc_graph/assets/built: `make ui` calls it.

import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { LICENCES, thirdParty } from "./licences.mjs";

const target = fileURLToPath(new URL("../foc_graph/assets/built/", import.meta.url));
const LEGAL = ".LEGAL.txt";

const { metafile, outputFiles } = await build({
  absWorkingDir: fileURLToPath(new URL(".", import.meta.url)),
  entryPoints: { explore: "src/explore.js", sparql: "src/sparql.js" },
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
  [LICENCES]: await thirdParty(Object.keys(metafile.inputs), comments.map(({ text }) => text)),
};

await mkdir(target, { recursive: true });
for (const [name, content] of Object.entries(files)) await writeFile(join(target, name), content);
for (const name of await readdir(target)) if (!(name in files)) await rm(join(target, name), { recursive: true });
