import assert from "node:assert/strict";
import test from "node:test";
import { verdict } from "../src/learn/verdict.js";

function table(names, ...rows) {
  const bindings = rows.map((row) => Object.fromEntries(names.flatMap((name, at) => (row[at] ? [[name, { type: "uri", value: row[at] }]] : []))));
  return { head: { vars: names }, results: { bindings } };
}

const RIGHT = table(["a", "b"], ["1", "2"], ["1", "2"], ["3", null]);

test("columns may have other names, and rows another order", () => {
  assert.deepEqual(verdict(table(["x", "y"], ["3", null], ["1", "2"], ["1", "2"]), RIGHT), { isRight: true, text: "Right: 3 rows." });
});

for (const [given, text] of [
  [table(["a"], ["1"]), "Not yet: your answer has 1 column, the right one has 2."],
  [table(["a", "b"], ["1", "2"], ["3", null]), "Not yet: 1 row missing."],
  [table(["a", "b"], ["1", "2"], ["1", "2"], ["3", null], ["4", "5"], ["4", "5"]), "Not yet: 2 rows too many."],
  [table(["a", "b"], ["2", "1"], ["1", "2"], ["1", "2"]), "Not yet: 1 row too many, 1 row missing."],
]) {
  test(text, () => assert.deepEqual(verdict(given, RIGHT), { isRight: false, text }));
}

test("a literal is not the IRI of the same letters", () => {
  const literal = table(["a"], ["1"]);
  literal.results.bindings[0].a.type = "literal";
  assert.equal(verdict(literal, table(["a"], ["1"])).isRight, false);
});
