// The answer of a stored query as the page shows it: a table in the look of those that were made with the release.

import { element } from "../elements.js";
import { enlivenTable } from "../tables.js";

const MOST = 500; // rows
const SHORT = 10; // characters, which stay in one line
const STACKED = 13; // columns from which a phone shows no row as a card
const DETAILS = "Details";

/** What leads from an IRI to its page, by what a release says of the names of pages. */
export function pageOf({ base, folders, part, told }, root) {
  const parts = new RegExp(`^(.+?)(${part})$`);
  return (iri) => {
    if (!iri.startsWith(base)) return /^https?:/.test(iri) ? iri : "";
    const rest = iri.slice(base.length);
    if (rest.startsWith("ns#")) return `${root}ns.html${rest.slice(2)}`;
    const [, thing, within] = parts.exec(rest) ?? [];
    const path = thing ?? rest;
    const start = Object.keys(folders).find((one) => path.startsWith(one));
    if (!start) return iri;
    const [kind, name] = (within ?? "").split("/").slice(1);
    const place = within ? `#${told[kind] ?? `${kind}/${name}`}` : "";
    return `${root}${folders[start]}${path.slice(start.length)}.html${place}`;
  };
}

/** Put an answer in the place of a section's content. */
export function showAnswer(section, { head, results, boolean: truth }, columns, page, base) {
  const heading = element("h2", {}, "Answer");
  section.replaceChildren(heading);
  if (truth !== undefined) return section.append(element("p", { class: "lead" }, truth ? "Yes" : "No"));
  const rows = results.bindings;
  heading.append(" ", element("span", { class: "count" }, rows.length.toLocaleString("en-GB")));
  if (!rows.length) return section.append(element("p", {}, "No results."));
  const shown = columns ?? head.vars.map((name) => [name, name, null]);
  const isStacked = shown.length < STACKED;
  const cells = (row) => shown.map(([title, name, named], at) => cell(row, name, named, title, at, isStacked, page, base));
  const table = element(
    "table",
    { class: isStacked && "stacked" },
    element("thead", {}, element("tr", {}, ...shown.map(([title]) => element("th", { scope: "col" }, title)))),
    element("tbody", {}, ...rows.slice(0, MOST).map((row) => element("tr", {}, ...cells(row)))),
  );
  section.append(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Answer" }, table));
  if (rows.length > MOST) section.append(element("p", { class: "note" }, `Showing ${MOST} of ${rows.length.toLocaleString("en-GB")}. Download all below.`));
  enlivenTable(table);
}

function cell(row, name, named, title, at, isStacked, page, base) {
  const term = row[name];
  const made = element("td");
  if (!term) return made;
  const text = written(term, base);
  const href = hrefOf(term, page) || (row[named]?.type === "uri" ? page(row[named].value) : "");
  if (title === DETAILS) {
    made.append(element("a", { class: "record", href, "aria-label": `details: ${row[Object.keys(row)[0]]?.value ?? ""}` }, "details"));
    return made;
  }
  if (text.length <= SHORT) made.className = "short";
  if (isStacked && at && text) made.dataset.name = title;
  made.append(href ? element("a", { href }, text) : element("span", { dir: "auto", lang: term["xml:lang"] ?? false }, text));
  return made;
}

function hrefOf(term, page) {
  if (term.type === "uri") return page(term.value);
  return term.datatype?.endsWith("#anyURI") && /^https?:\/\/[^\s<>"]+$/.test(term.value) ? term.value : "";
}

function written({ type, value }, base) {
  if (type === "bnode") return `_:${value}`;
  if (type !== "uri" || !value.startsWith(base)) return typeof value === "string" ? value : JSON.stringify(value);
  const rest = value.slice(base.length);
  return rest.startsWith("id/") ? rest.slice(3) : rest;
}
