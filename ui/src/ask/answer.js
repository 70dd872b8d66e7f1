// The answer of a query as the page shows it: a table in the look of those that were made with the release.

import { element } from "../elements.js";
import { short } from "../pages.js";
import { enlivenTable } from "../tables.js";
import { writeCount } from "./count.js";

const MOST = 500; // rows, or lines of a graph
const SHORT = 10; // characters, which stay in one line
const STACKED = 13; // columns from which a phone shows no row as a card
const DETAILS = "Details";

/**
 * Put an answer in the place of a section's content, and say in a few words what it is. Of a stored `question`, `columns`
 * are headings, each with a variable and that of the thing it names, and `counts` how to count; else all variables are
 * shown. `page` leads from an IRI to its page, and `about` holds the base and the prefixes.
 */
export function showAnswer(section, { text, type }, question, page, about) {
  const heading = element("h2", {}, "Answer");
  section.replaceChildren(heading);
  if (type === "text/turtle") return showGraph(section, text);
  const { head, results, boolean: truth } = JSON.parse(text);
  if (truth !== undefined) {
    section.append(element("p", { class: "lead" }, truth ? "Yes" : "No"));
    return truth ? "Yes" : "No";
  }
  const rows = results.bindings;
  heading.append(" ", element("span", { class: "count" }, counted(rows.length)));
  const { columns, counts } = question ?? {};
  const isCounted = rows.length && counts?.as;
  const said = isCounted ? writeCount(counts, rows.map(texts)) : `${counted(rows.length)} ${rows.length === 1 ? "row" : "rows"}`;
  if (!rows.length) {
    section.append(element("p", {}, "No results."));
    return said;
  }
  if (isCounted) section.append(element("p", { class: "lead" }, `${said}.`));
  const shown = columns ?? head.vars.map((name) => [name, name, null]);
  const isStacked = shown.length < STACKED;
  const table = element(
    "table",
    { class: isStacked && "stacked" },
    element("thead", {}, element("tr", {}, ...shown.map(([title]) => element("th", { scope: "col" }, title)))),
    element("tbody", {}, ...rows.slice(0, MOST).map((row) => element("tr", {}, ...cells(row, shown, columns, isStacked, page, about)))),
  );
  section.append(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Answer" }, table));
  if (rows.length > MOST) section.append(cut(rows.length));
  enlivenTable(table);
  return said;
}

/** The texts of a row of an answer. */
export function texts(row) {
  return Object.fromEntries(Object.entries(row).map(([name, { value }]) => [name, value]));
}

function showGraph(section, text) {
  const lines = text.split("\n");
  section.append(element("pre", { tabindex: "0" }, lines.slice(0, MOST).join("\n")));
  if (lines.length > MOST) section.append(cut(lines.length));
  return `${counted(lines.length)} lines`;
}

function cut(count) {
  return element("p", { class: "note" }, `Showing ${MOST} of ${counted(count)}. Download all below.`);
}

function counted(number) {
  return number.toLocaleString("en-GB");
}

function cells(row, shown, columns, isStacked, page, about) {
  const texts = shown.map(([, name]) => (row[name] ? written(row[name], about) : ""));
  return shown.map(([title, name, named], at) => {
    const term = row[name];
    const href = term ? hrefOf(term, page) || (row[named]?.type === "uri" ? page(row[named].value) : "") : "";
    const text = texts[at];
    if (columns && title === DETAILS && href) {
      const label = `details: ${texts[0]}`;
      return element("td", { class: "short" }, element("a", { class: "record", href, "aria-label": label }, "details"));
    }
    const made = element("td", { class: text.length <= SHORT && "short" });
    if (isStacked && at && text) made.dataset.name = title;
    const attributes = href ? { href } : { dir: "auto", lang: term?.["xml:lang"] ?? false };
    if (text) made.append(element(href ? "a" : "span", attributes, text));
    return made;
  });
}

function hrefOf(term, page) {
  if (term.type === "uri" || term.datatype?.endsWith("#anyURI")) return page(term.value);
  return "";
}

/** A term in words. */
export function written(term, { base, prefixes }) {
  if (term.type === "triple") {
    const { subject, predicate, object } = term.value;
    return `<<( ${[subject, predicate, object].map((one) => written(one, { base, prefixes })).join(" ")} )>>`;
  }
  if (term.type === "bnode") return `_:${term.value.replace(/^_:/, "")}`;
  return term.type === "uri" ? short(term.value, base, prefixes) : term.value;
}
