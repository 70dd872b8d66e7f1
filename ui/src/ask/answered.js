// What goes with an answer that was made in this browser: its downloads, and the SPARQL that gave it.

import { button, element, root } from "../elements.js";

const FORMATS = {
  rows: { CSV: ["text/csv", "csv"], JSON: ["application/sparql-results+json", "json"], TSV: ["text/tab-separated-values", "tsv"] },
  graph: { Turtle: ["text/turtle", "ttl"], "N-Triples": ["application/n-triples", "nt"] },
};

/** Offer the answer of a query as files below it, and show the SPARQL. */
export function answered(engine, name, query, { type }) {
  document.getElementById("formats")?.remove();
  const formats = Object.entries(FORMATS[type === "text/turtle" ? "graph" : "rows"]).map(([label, [format, ending]]) =>
    element("li", {}, button({}, label, async () => save(`${name}.${ending}`, format, (await engine.ask(query, format)).text))),
  );
  const list = element("section", { id: "formats" }, element("h2", {}, "Download"), element("ul", { class: "row" }, ...formats));
  document.getElementById("answer").after(list);
  const shown = document.querySelector("#sparql pre code");
  shown.textContent = query.trim();
  const edit = document.querySelector("#sparql a.edit");
  edit.href = `${root()}sparql.html?${new URLSearchParams({ query: query.trim() })}`;
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  URL.revokeObjectURL(address);
}
