// A strip below the slider of dates: how many members there were at each of them, and how many of them for sure.

import { month } from "./periods.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_STEPS = 120;
const HEIGHT = 100;

/** An SVG from one month to another, by their numbers; `counted` gives how many members there are at a date. */
export function strip(counted, first, last) {
  const step = Math.max(1, Math.ceil((last - first) / MOST_STEPS));
  const counts = [];
  for (let at = first; at <= last; at += step) counts.push(counted(month(at)));
  const most = Math.max(1, ...counts.map(({ members }) => members));
  const made = document.createElementNS(SVG, "svg");
  const view = `0 0 ${counts.length} ${HEIGHT}`;
  for (const [name, value] of Object.entries({ class: "chart strip", viewBox: view, preserveAspectRatio: "none", "aria-hidden": true })) {
    made.setAttribute(name, value);
  }
  for (const [kind, mark] of [["members", "possible"], ["sure", "certain"]]) {
    const area = document.createElementNS(SVG, "path");
    const heights = counts.map((one) => Math.round(HEIGHT * (1 - one[kind] / most)));
    area.setAttribute("class", mark);
    area.setAttribute("d", `M0,${HEIGHT}${heights.map((y, x) => `V${y}H${x + 1}`).join("")}V${HEIGHT}Z`);
    made.append(area);
  }
  return made;
}
