// The sentence that counts what the rows of an answer are about, as `foc_graph/queries/counts.py` writes it.

import { inWords } from "../periods.js";

const PART = /\[([^[\]]*)\]/g;
const PLACE = /\{(\w+)\}|\(([^(){}|]*)(?:\|([^(){}|]*))?\)/g;

/** The sentence about rows, each an object of texts; `count` is that of the query's header. */
export function writeCount({ as: template, ...specs }, rows) {
  const things = {};
  const values = {};
  for (const [name, { of, sum, each, first, without, ...wanted }] of Object.entries(specs)) {
    if (of) {
      const fitting = rows.filter((row) => Object.entries(wanted).every(([column, value]) => [value].flat().includes(row[column] ?? "")));
      things[name] = new Set(fitting.map((row) => row[of]).filter((one) => !things[without]?.has(one)));
      values[name] = things[name].size.toLocaleString("en-GB");
    } else if (sum) values[name] = rows.reduce((total, row) => total + Number(row[sum] ?? 0), 0).toLocaleString("en-GB");
    else if (each) values[name] = rows.map((row) => fill(each, row)).join(", ").replace(/, ([^,]*)$/, " and $1");
    else values[name] = fill(first, rows[0]);
  }
  return fill(template, values);
}

/** A template with its values, endings by the number before, and without parts in `[]` that have none or 0. */
function fill(template, values) {
  let number = "";
  const isTold = (part) => [...part.matchAll(PLACE)].every(([, name]) => !name || ![undefined, "", "0"].includes(values[name]));
  return template.replace(PART, (_, part) => (isTold(part) ? part : "")).replace(PLACE, (_, name, one, more) => {
    if (name) return (number = inWords(values[name] ?? ""));
    const [single, several] = more === undefined ? ["", one] : [one, more];
    return number === "1" ? single : several;
  });
}
