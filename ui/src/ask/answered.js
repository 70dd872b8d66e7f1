// What goes with an answer that was made in this browser: its downloads, and the SPARQL that gave it.

import { button, element, root } from "../elements.js";

const FORMATS = {
  rows: { CSV: ["text/csv", "csv"], JSON: ["application/sparql-results+json", "json"], TSV: ["text/tab-separated-values", "tsv"] },
  graph: { Turtle: ["text/turtle", "ttl"], "N-Triples": ["application/n-triples", "nt"] },
};
const MINUTE = 60_000; // until the browser has saved a file

/** Offer the answer of a query as files below it, and show the SPARQL; `asking` is told of the questions. */
export function answered(engine, asking, name, query, { text, type }) {
  document.getElementById("formats")?.remove();
  const download = async (format, ending) => {
    asking(true);
    try {
      save(`${name}.${ending}`, format, format === type ? text : (await engine.ask(query, format)).text);
      asking(false);
    } catch ({ message }) {
      asking(false, message);
    }
  };
  const formats = Object.entries(FORMATS[type === "text/turtle" ? "graph" : "rows"]).map(([label, [format, ending]]) =>
    element("li", {}, button({}, label, () => download(format, ending))),
  );
  const list = element("section", { id: "formats" }, element("h2", {}, "Download"), element("ul", { class: "row" }, ...formats));
  document.getElementById("answer").after(list);
  const asked = query.trim();
  document.querySelector("#sparql pre code").textContent = asked;
  document.querySelector("#sparql a.edit").href = `${root()}sparql.html?${new URLSearchParams({ query: asked })}`;
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), MINUTE);
}
