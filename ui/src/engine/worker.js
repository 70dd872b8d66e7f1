// The engine in its worker: Oxigraph over the graph of a release. A message asks, and one answers it.

import init, { Store } from "oxigraph/web.js";
import { unpacked } from "./files.js";
import { formOf, namesDataset } from "./syntax.js";

const GRAPH = "application/trig";
const FORMATS = { graph: "text/turtle", rows: "application/sparql-results+json" };

let opened;

self.addEventListener("message", async ({ data: { number, open, query, base, format } }) => {
  try {
    if (open) opened = load(open);
    const store = await opened;
    self.postMessage({ number, ...(query === undefined ? {} : answer(store, query, base, format)) });
  } catch (error) {
    const spent = error instanceof RangeError ? "stack" : error instanceof WebAssembly.RuntimeError && "memory";
    self.postMessage({ number, problem: String(error.message ?? error), spent });
  }
});

async function load({ engine, dump }) {
  const [module, graph] = await Promise.all([unpacked(engine).then((bytes) => WebAssembly.compile(bytes)), unpacked(dump)]);
  await init({ module_or_path: module });
  const store = new Store();
  store.load(new Uint8Array(graph), { format: GRAPH, no_transaction: true, lenient: true });
  return store;
}

function answer(store, query, base, format) {
  const type = format ?? FORMATS[["CONSTRUCT", "DESCRIBE"].includes(formOf(query)) ? "graph" : "rows"];
  const options = { base_iri: base, results_format: type, use_default_graph_as_union: !namesDataset(query) };
  return { text: store.query(query, options), type };
}
