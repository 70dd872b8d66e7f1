// Tables: a click on a heading sorts by its column; long ones can be filtered.

import { button, element, folded, freshId, status } from "./elements.js";
import { show } from "./rows.js";
import { order } from "./sorting.js";

const FEW = 20;

/** Make a table answer to its reader. */
export function enlivenTable(table) {
  const headings = [...(table.tHead?.rows[0]?.cells ?? [])];
  const body = table.tBodies[0];
  if (!body || table.tBodies.length > 1 || body.rows.length < 2 || headings.length < 1) return;
  if (body.querySelector("[colspan], [rowspan]") || table.tHead.rows.length > 1) return;
  if (headings.some((one) => one.querySelector("a, button, input"))) return;
  headings.forEach((heading, column) => sortable(heading, column, headings, body));
  if (body.rows.length > FEW) filterable(table, body);
}

function sortable(heading, column, headings, body) {
  if (!heading.textContent.trim()) return;
  const sort = () => {
    const isDescending = heading.getAttribute("aria-sort") === "ascending";
    const rows = [...body.rows];
    const sorted = order(rows.map((row) => textOf(row.cells[column])), isDescending);
    for (const one of headings) one.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", isDescending ? "descending" : "ascending");
    body.append(...sorted.map((index) => rows[index]));
  };
  const made = button({ class: "sort" }, "", sort);
  made.append(...heading.childNodes);
  heading.append(made);
}

/** What a cell is sorted by: its date or number if it says so, else its first line. */
function textOf(cell) {
  if (!cell) return "";
  const said = cell.dataset.sort ?? cell.querySelector("time[datetime]")?.dateTime;
  if (said !== undefined) return said;
  if (!cell.querySelector("br")) return cell.textContent;
  let line = "";
  for (const node of cell.childNodes) {
    if (node.nodeName === "BR") break;
    line += node.textContent;
  }
  return line;
}

function filterable(table, body) {
  const id = freshId("filter");
  const told = status();
  const rest = (table.closest(".scroll") ?? table).parentElement.querySelector(":scope > details.rest");
  const input = element("input", { type: "search", id, autocomplete: "off", spellcheck: "false" });
  input.addEventListener("input", () => {
    const words = folded(input.value).split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of body.rows) {
      const text = folded(row.textContent);
      const isFound = words.every((word) => text.includes(word));
      show(row, "filter", isFound);
      if (!row.hidden) found += 1;
    }
    const rows = found === 1 ? "row" : "rows";
    if (words.length && rest) rest.open = true;
    told.textContent = words.length ? `${found} ${rows}` : "";
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !input.value) return;
    input.value = "";
    input.dispatchEvent(new Event("input"));
  });
  const box = element("div", { class: "filter" }, element("label", { for: id }, "Filter"), input, told);
  table.before(box);
}
