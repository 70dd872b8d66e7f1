// Builds what the pages load: `npm run build` writes it to foc_graph/assets, `make ui` calls it.

import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { world } from "./world.mjs";

const target = fileURLToPath(new URL("../foc_graph/assets/built/", import.meta.url));

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await writeFile(`${target}world.json`, JSON.stringify(await world()));
await build({
  entryPoints: { explore: "src/explore.js", sparql: "src/sparql.js" },
  outdir: target,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2020",
  legalComments: "linked",
  loader: { ".svg": "dataurl", ".png": "dataurl", ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl" },
});
