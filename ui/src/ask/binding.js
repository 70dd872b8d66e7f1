// A stored query with its parameters bound, as SPARQL for any engine.

import { ValueError } from "./values.js";

/** The query with what was given bound, that in its exact form, and the names of what the query does not have. */
export async function bound({ pieces, parameters, aliases }, given, values) {
  const known = given.map(([name, value]) => [Object.hasOwn(aliases, name) ? aliases[name] : name, value.trim()]);
  const exact = [];
  const rows = [];
  for (const one of parameters) {
    const typed = known.filter(([name]) => name === one.name).map(([, value]) => value);
    if (typed.length > 1 && !one.repeatable) throw new ValueError(`${one.name} takes one value, not ${typed.length}`);
    const texts = typed.length || one.default === null ? typed : [one.default];
    const read = (await Promise.all(texts.map((value) => values.read(one, value)))).flat();
    if (new Set(read.map((each) => each.exact)).size < (one.required || typed.length ? one.min : 0)) {
      throw new ValueError(one.min > 1 ? `${one.name}: give at least ${one.min} different values` : `Fill in ${one.name}: ${one.description}`);
    }
    if (typed.length) exact.push(...read.map((each) => [one.name, each.exact]));
    rows.push([one.variables, read.map(({ terms }) => terms)]);
  }
  const names = new Set(parameters.map(({ name }) => name));
  const unknown = [...new Set(known.map(([name]) => name))].filter((name) => !names.has(name));
  return { exact, text: bind(pieces, rows), unknown };
}

/** Rows of terms for the variables of parameters, `[variables, rows]` each, written into a query in `pieces`. */
function bind(pieces, bound) {
  const clauses = bound.flatMap(([variables, rows]) => clausesOf(variables, rows));
  const text = (used) => clauses.filter(([names]) => names.some((name) => used.includes(name))).map(([, clause]) => `\n  ${clause}`);
  return pieces.flatMap(([piece, used]) => [piece, ...text(used)]).join("");
}

function clausesOf(variables, rows) {
  const different = [...new Map(rows.map((row) => [row.join(" "), row])).entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  if (different.length === 1) return variables.map((name, at) => [[name], `BIND(${different[0][at]} AS ?${name})`]);
  if (!different.length) return [];
  const table = different.map((row) => `(${row.join(" ")})`).join(" ");
  return [[variables, `VALUES (${variables.map((name) => `?${name}`).join(" ")}) { ${table} }`]];
}
