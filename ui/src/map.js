// The map of the members of a coalition, by the date.

import { CERTAINTIES, surest } from "./certainty.js";
import { tell } from "./marks.js";
import { dated, inWords } from "./periods.js";

const ABSENT = "absent";

/** What each mark of the map means, as `foc_graph/charts/map.py` says it. */
const LEGEND = {
  certain: "member",
  presumed: "member when last checked",
  possible: "may have been a member",
  observer: "observer",
  [ABSENT]: "member at another date",
};
const MARKS = Object.keys(LEGEND);

/** A function that moves the map of a figure to a date; null where the figure does not hold what that takes. */
export function mapMover(figure) {
  const memberships = dataOf(figure);
  const drawing = figure.querySelector(".drawing");
  const svg = drawing?.querySelector("svg");
  if (!memberships || !svg) return null;
  const isDrawn = (one) => Object.hasOwn(memberships, one.dataset.code);
  const countries = [...drawing.querySelectorAll(".country")].filter(isDrawn);
  const drawn = new Set(countries.map((one) => one.dataset.code));
  const elsewhere = Object.keys(memberships).filter((key) => !drawn.has(key));
  const label = svg.getAttribute("aria-label")?.split(". ")[0];
  const title = figure.querySelector("figcaption h3");
  const day = figure.querySelector("figcaption .day");
  return (date) => {
    const best = Object.fromEntries([...drawn].map((code) => [code, held(memberships[code], date)]));
    for (const country of countries) {
      const { marks, dates } = best[country.dataset.code];
      country.classList.remove(...MARKS);
      country.classList.add(...marks);
      tell(country, `${country.dataset.name}: ${LEGEND[marks.at(-1)]}${dates}`);
    }
    const counts = counted(Object.values(best));
    const told = counts.filter(([mark]) => mark !== ABSENT).map(([, text]) => text).join("; ");
    svg.setAttribute("aria-label", `${label}. ${told || "No members at this date."}`);
    if (title) title.textContent = finding(Object.values(best));
    if (day) day.textContent = inWords(date);
    drawing.setAttribute("aria-label", title?.textContent ?? "");
    writeLegend(figure.querySelector(".legend"), counts);
    writeNote(figure, elsewhere.filter((key) => surest(memberships[key], date).certainty).length);
    for (const link of figure.querySelectorAll("a[href*='as_of='], a[href*='#figure-']")) link.href = dated(link.href, date);
  };
}

/** The classes of the mark of a country, and the dates of the membership that is the surest of its. */
function held(memberships, date) {
  const { index, certainty } = surest(memberships, date);
  const [role, dates = ""] = memberships[index].slice(7);
  if (!certainty) return { marks: [ABSENT], dates };
  return { marks: role === "observer" ? [certainty, "observer"] : [certainty], dates };
}

/** Each kind of mark, with what it means and how many countries have it; an observer counts as that alone. */
function counted(countries) {
  const counts = MARKS.map((mark) => [mark, countries.filter(({ marks }) => marks.at(-1) === mark).length]);
  return counts.filter(([, count]) => count).map(([mark, count]) => [mark, `${LEGEND[mark]}: ${count}`]);
}

/** How many countries belong, and how many of them are uncertain. */
function finding(countries) {
  const marks = countries.map(({ marks }) => marks.at(-1));
  const [members, maybe] = [marks.filter((one) => CERTAINTIES.includes(one)).length, marks.filter((one) => one === "possible").length];
  return `${members} member ${members === 1 ? "country" : "countries"}${maybe ? `, ${maybe} of them uncertain` : ""}`;
}

/** The items of a legend are copies of its first one, with other classes and texts. */
function writeLegend(legend, counts) {
  const first = legend?.firstElementChild;
  if (!first) return;
  legend.replaceChildren(...counts.map(([mark, text]) => {
    const item = first.cloneNode(true);
    item.querySelector("svg > *").setAttribute("class", mark);
    item.lastChild.textContent = text;
    return item;
  }));
}

/** How many of those that belong then are not on the map. */
function writeNote(figure, count) {
  const start = "Members without a country on the map: ";
  const notes = [...figure.querySelectorAll(":scope > .note")];
  let note = notes.find((one) => one.textContent.startsWith(start));
  if (!note && count && notes.length) {
    note = notes[0].cloneNode();
    notes[0].before(note);
  }
  if (!note) return;
  note.textContent = `${start}${count}.`;
  note.hidden = !count;
}

function dataOf(figure) {
  try {
    return JSON.parse(figure.querySelector("script.chart-data")?.textContent ?? "null");
  } catch {
    return null;
  }
}
