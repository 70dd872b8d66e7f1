// A stored query with its parameters bound, as SPARQL for any engine.

/** Rows of terms for the variables of parameters, `[variables, rows]` each, written into a query in `pieces`. */
export function bind(pieces, bound) {
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
