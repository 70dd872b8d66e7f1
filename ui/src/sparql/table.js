// Answers as a table: a plugin of YASR in place of its own, whose cells are parsed as HTML and which adds style elements.

import { written } from "../ask/answer.js";
import { button, element, folded, freshId } from "../elements.js";
import { order } from "../sorting.js";

const PAGE = 100; // rows
const SHORT = 10; // characters, which stay in one line

export class Table {
  label = "Table";
  priority = 10;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results?.getVariables()?.length);
  }

  draw() {
    this.columns = this.yasr.results.getVariables();
    const prefixes = this.yasr.getPrefixes();
    this.rows = bindings(this.yasr.results).map((row) =>
      this.columns.map((name) => (row[name] ? shown(row[name], this.yasr.config, prefixes) : null)),
    );
    this.order = this.rows.map((_, index) => index);
    this.words = [];
    this.start = 0;
    this.body = element("tbody");
    const headings = this.columns.map((name, column) => this.#heading(name, column));
    const table = element("table", {}, element("thead", {}, element("tr", {}, ...headings)), this.body);
    const scroll = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Answer" }, table);
    this.pager = element("p", { class: "pager" });
    this.yasr.resultsEl.append(scroll, this.pager);
    this.#controls();
    this.#fill();
  }

  download(filename) {
    const quoted = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
    const lines = [this.columns, ...this.rows.map((row) => row.map((cell) => cell?.value ?? ""))];
    return {
      getData: () => lines.map((line) => `${line.map(quoted).join(",")}\r\n`).join(""),
      contentType: "text/csv",
      title: "Download as CSV",
      filename: `${filename || "answer"}.csv`,
    };
  }

  destroy() {
    this.filter?.remove();
  }

  #heading(name, column) {
    const heading = element("th", { scope: "col" });
    const sort = () => {
      const isDescending = heading.getAttribute("aria-sort") === "ascending";
      for (const one of heading.parentElement.children) one.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
      this.order = order(this.rows.map((row) => row[column]?.text ?? ""), isDescending);
      this.start = 0;
      this.#fill();
    };
    heading.append(button({ class: "sort" }, name, sort));
    return heading;
  }

  #controls() {
    this.filter?.remove();
    const id = freshId("filter");
    const input = element("input", { type: "search", id, autocomplete: "off", spellcheck: "false" });
    input.addEventListener("input", () => {
      this.words = folded(input.value).split(/\s+/).filter(Boolean);
      this.start = 0;
      this.#fill();
    });
    this.filter = element("div", { class: "filter", hidden: this.rows.length < 2 }, element("label", { for: id }, "Filter"), input);
    this.yasr.pluginControls.append(this.filter);
  }

  #fill() {
    const fits = (row) => {
      const text = folded(row.map((cell) => cell?.text ?? "").join(" "));
      return this.words.every((word) => text.includes(word));
    };
    const found = this.words.length ? this.order.filter((index) => fits(this.rows[index])) : this.order;
    const some = found.slice(this.start, this.start + PAGE).map((index) => this.rows[index]);
    const cell = (one) => element("td", { class: one?.text.length <= SHORT && "short" }, ...(one ? [one.made()] : []));
    this.body.replaceChildren(...some.map((row) => element("tr", {}, ...row.map(cell))));
    const turn = (text, start) => {
      const made = button({ disabled: start < 0 || start >= found.length }, text, () => {
        this.start = start;
        this.#fill();
        this.body.closest(".scroll").focus();
      });
      return made;
    };
    const end = Math.min(this.start + PAGE, found.length);
    const count = found.length ? `${(this.start + 1).toLocaleString()} to ${end.toLocaleString()} of ${found.length.toLocaleString()}` : "Nothing fits";
    this.pager.hidden = found.length === this.rows.length && found.length <= PAGE && found.length > 0;
    this.pager.replaceChildren(turn("Previous", this.start - PAGE), element("span", { role: "status" }, count), turn("Next", this.start + PAGE));
  }
}

// YASR replaces `{{name}}` within literals by another value of the row; the answer itself is read where it is JSON.
function bindings(results) {
  if (results.getType() !== "json") return results.getBindings() ?? [];
  return JSON.parse(results.getOriginalResponseAsString()).results?.bindings ?? [];
}

/** What a term is as text, as a value, and as an element, made when it is needed. */
function shown(term, { base, page }, prefixes) {
  const text = written(term, { base, prefixes });
  if (term.type !== "uri") {
    const attributes = { dir: "auto", lang: term["xml:lang"] ?? false, title: term.datatype ?? false };
    return { text, value: typeof term.value === "string" ? term.value : text, made: () => element("span", attributes, text) };
  }
  const href = page(term.value);
  return { text, value: term.value, made: () => element(href ? "a" : "span", href ? { href } : {}, text) };
}
