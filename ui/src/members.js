// The members of a coalition in a table, and those of other times in a list below it, by the date.

import { writeCount } from "./ask/count.js";
import { certainty } from "./certainty.js";
import { element } from "./elements.js";
import { dated } from "./periods.js";
import { show } from "./rows.js";

/** Standings that do not make an agent a member. */
const OUTSIDE = ["observer", "invited"];

/** How many rows are seen before a reader asks for all. */
const MOST_SHOWN = 12;

/** A function that moves a table of memberships to a date. */
export function membersMover(table) {
  const rows = [...table.querySelectorAll("tr[data-bounds]")].map((row) => [row, JSON.parse(row.dataset.bounds)]);
  const section = table.closest("section");
  const links = [...(section?.querySelectorAll("a[href*='as_of=']") ?? [])].filter((one) => !one.closest("figure"));
  const others = section?.querySelector("details.others") ?? noOthers(table);
  const told = document.querySelectorAll(".told");
  const counted = JSON.parse(table.dataset.members);
  const explained = section?.querySelector(".certainties");
  const rest = section?.querySelector("details.rest");
  return (date) => {
    const left = [];
    const then = [];
    for (const [row, bounds] of rows) {
      const found = certainty(bounds, date);
      const cell = row.querySelector("[data-certainty]");
      cell.dataset.certainty = found;
      cell.textContent = found === "certain" ? "" : found;
      show(row, "date", found !== "");
      if (found) then.push([row.querySelector("a").href, bounds.at(-1), found]);
      else left.push(listed(row, cell));
    }
    for (const link of links) link.href = dated(link.href, date);
    const sentence = writeCount(counted, then.map(asRow));
    for (const one of told) one.textContent = sentence;
    if (explained) explained.hidden = then.every(([, , certainty]) => certainty === "certain");
    if (rest) {
      rest.hidden = then.length <= MOST_SHOWN;
      rest.querySelector(".count").textContent = then.length;
    }
    others.hidden = !left.length;
    others.querySelector(".count").textContent = left.length;
    others.querySelector("ul").replaceChildren(...left);
  };
}

/** A function that counts the members of a table at a date. */
export function memberCounter(table) {
  const rows = [...table.querySelectorAll("tr[data-bounds]")].map((row) => [row.querySelector("a")?.href, JSON.parse(row.dataset.bounds)]);
  return (date) => {
    const then = rows.map(([href, bounds]) => [href, bounds.at(-1), certainty(bounds, date)]);
    return count(then.filter(([, , found]) => found));
  };
}

/** How many members there are, and how many of them are more than possible; each has an address. */
function count(then) {
  const agents = (isCounted) => new Set(then.filter(([, ...one]) => isCounted(...one)).map(([href]) => href)).size;
  return {
    members: agents((role) => !OUTSIDE.includes(role)),
    sure: agents((role, certainty) => !OUTSIDE.includes(role) && certainty !== "possible"),
  };
}

/** A membership as a row of the query `members`. */
function asRow([member, standing, certainty]) {
  const [kind, status] = [standing === "observer" ? standing : "member", standing === "invited" ? standing : "active"];
  return { member, role_kind: kind, status, certainty };
}

/** The list of memberships of other times, where there were none at first. */
function noOthers(table) {
  const summary = element("summary", {}, "Members at other dates ", element("span", { class: "count" }, "0"));
  const made = element("details", { class: "others", hidden: true }, summary, element("ul", { class: "links" }));
  const rest = table.closest("section")?.querySelector("details.rest");
  (rest ?? table.closest(".scroll") ?? table).after(made);
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
