// Sentences about a call and about its answer, as `foc_graph/questions/answer.py` has them.

import { texts } from "../ask/answer.js";
import { writeCount } from "../ask/count.js";
import { inWords } from "../periods.js";
import { pathOf } from "./names.js";
import { bare } from "./words.js";

const GROUPS = ["coalition", "body"];
const MOST_NAMED = 10;

/** Restate what a call asks. */
export function restate({ query, parameters }, { queries, things }) {
  const { as: template, parameters: known } = queries[query];
  const types = Object.fromEntries(known.map(({ name, type }) => [name, type]));
  const say = (type, value) => {
    if (["date", "period"].includes(type)) return value.split("/").map(inWords).join(" to ");
    if (type === "iri") return value.slice(value.lastIndexOf(":") + 1);
    const label = things.find((one) => one.slug === value || pathOf(one) === value)?.label ?? value;
    return GROUPS.includes(type) ? label : label.replace(/^the /, "");
  };
  const values = bare(Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, listed([value].flat().map((one) => say(types[name], one)))])));
  const slots = (text) => [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name);
  const kept = template.replace(/\[([^[\]]*)\]/g, (_, part) => (slots(part).every((name) => name in values) ? part : ""));
  return kept.replace(/\{([^{}]*)\}/g, (_, name) => values[name] ?? "");
}

/** How many rows there are, about a thing if one is told, by how the query counts them, and the first names. */
export function summarise(understood, rows, thing, counting) {
  const about = thing ? ` about ${thing}` : "";
  if (!rows.length) return `Nothing on record${about}.`;
  const unsure = rows.filter(({ certainty }) => certainty?.value === "possible").length;
  const names = [...new Set(rows.map(({ name }) => name?.value).filter(Boolean))];
  const [first] = understood.split(" ");
  const said = first.toLowerCase().replace(/,+$/, "");
  const noun = rows.length === 1 ? "row" : said.endsWith("s") || said === "people" ? said : "rows";
  const count = (number) => number.toLocaleString("en-GB");
  const counted = counting?.as && !about ? writeCount(counting, rows.map(texts)) : `${count(rows.length)} ${noun}${about}${unsure ? `, ${count(unsure)} of them uncertain` : ""}`;
  const more = names.length > MOST_NAMED ? ` and ${count(names.length - MOST_NAMED)} more` : "";
  return names.length && !about && !counted.includes(names[0]) ? `${counted}: ${names.slice(0, MOST_NAMED).join(", ")}${more}.` : `${counted}.`;
}

function listed(words) {
  return words.length === 1 ? words[0] : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
