// What is to be said of an answer beside the right one: both are tables, whatever their columns are called.

/** Whether an answer is right, and in words how it differs from the one that is. */
export function verdict(given, right) {
  const width = given.head.vars.length;
  const wanted = right.head.vars.length;
  if (width !== wanted) return { isRight: false, text: `Not yet: your answer has ${counted(width, "column")}, the right one has ${wanted}.` };
  const left = new Map();
  const rows = tabled(given);
  for (const row of tabled(right)) left.set(row, (left.get(row) ?? 0) + 1);
  let wrong = 0;
  for (const row of rows) {
    if (left.get(row)) left.set(row, left.get(row) - 1);
    else wrong += 1;
  }
  const missing = [...left.values()].reduce((sum, count) => sum + count, 0);
  if (!wrong && !missing) return { isRight: true, text: `Right: ${counted(rows.length, "row")}.` };
  const faults = [wrong && `${counted(wrong, "row")} too many`, missing && `${counted(missing, "row")} missing`].filter(Boolean);
  return { isRight: false, text: `Not yet: ${faults.join(", ")}.` };
}

function tabled({ head, results }) {
  return results.bindings.map((row) => JSON.stringify(head.vars.map((name) => termOf(row[name]))));
}

function termOf(term) {
  return term ? [term.type, term.value, term["xml:lang"] ?? "", term.datatype ?? ""] : null;
}

function counted(count, noun) {
  return `${count.toLocaleString("en-GB")} ${noun}${count === 1 ? "" : "s"}`;
}
