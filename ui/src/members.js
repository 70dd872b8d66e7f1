// The members of a coalition in a table, and those of other times in a list below it, by the date.

import { certainty } from "./certainty.js";
import { element } from "./elements.js";
import { dated } from "./periods.js";
import { show } from "./rows.js";

/** Standings that do not make an agent a member. */
const OUTSIDE = ["observer", "invited"];

/** A function that moves a table of memberships to a date. */
export function membersMover(table) {
  const rows = [...table.querySelectorAll("tr[data-bounds]")].map((row) => [row, JSON.parse(row.dataset.bounds)]);
  const section = table.closest("section");
  const links = [...(section?.querySelectorAll("a[href*='as_of=']") ?? [])].filter((one) => !one.closest("figure"));
  const others = section?.querySelector("details.others") ?? noOthers(table);
  const total = section?.querySelector(":scope > h2 .count");
  return (date) => {
    const left = [];
    const then = [];
    for (const [row, bounds] of rows) {
      const found = certainty(bounds, date);
      const cell = row.querySelector("[data-certainty]");
      cell.textContent = found;
      show(row, "date", found !== "");
      if (found) then.push([row.querySelector("a").href, bounds.at(-1), found]);
      else left.push(listed(row, cell));
    }
    for (const link of links) link.href = dated(link.href, date);
    if (total) total.textContent = counted(then);
    others.hidden = !left.length;
    others.querySelector(".count").textContent = left.length;
    others.querySelector("ul").replaceChildren(...left);
  };
}

/** How many members there are, from the sure ones to all that are possible, and how many observers; each has an address. */
function counted(then) {
  const agents = (isCounted) => new Set(then.filter(([, ...one]) => isCounted(...one)).map(([href]) => href)).size;
  const members = agents((role) => !OUTSIDE.includes(role));
  const sure = agents((role, certainty) => !OUTSIDE.includes(role) && certainty !== "possible");
  const observers = agents((role) => role === "observer");
  const count = sure < members ? `${sure} to ${members}` : `${sure}`;
  return count + (observers ? ` and ${observers} observer${observers > 1 ? "s" : ""}` : "");
}

/** The list of memberships of other times, where there were none at first. */
function noOthers(table) {
  const summary = element("summary", {}, "Members at other dates ", element("span", { class: "count" }, "0"));
  const made = element("details", { class: "others", hidden: true }, summary, element("ul", { class: "links" }));
  (table.closest(".scroll") ?? table).after(made);
  return made;
}

/** A membership of another time, as an item of the list: who, when, and the link to its record. */
function listed(row, certain) {
  const [joined, ended] = [certain.nextElementSibling, certain.nextElementSibling?.nextElementSibling];
  const dates = [["joined", joined], ["left", ended]].filter(([, cell]) => cell?.textContent);
  const note = dates.map(([word, cell]) => `${word} ${cell.textContent}`).join(", ");
  const record = row.querySelector("a.record");
  const who = [...row.cells[0].cloneNode(true).childNodes];
  return element("li", {}, ...who, " ", element("span", { class: "note" }, note), " ", ...(record ? [record.cloneNode(true)] : []));
}
