import assert from "node:assert/strict";
import { test } from "node:test";
import { certainty, surest } from "../src/certainty.js";

// The table of docs/explanation/time.md: bounds as its rules derive them, and what was answered as of which date.
const TABLE = [
  [
    ["2012-01-01", "2012-12-31", "2026-11-24", "", "2026-11-24", "open", ""],
    { 2011: "", 2012: "certain", "2012-06-01": "possible", "2013-01-01": "certain", 2030: "presumed" },
  ],
  [
    ["2012-01-01", "2012-12-31", "2019-04-01", "", "2019-04", "open", ""],
    { "2019-04-15": "presumed", 2019: "certain", "2019-05": "presumed" },
  ],
  [
    ["2014-01-01", "2014-12-31", "2014-01-01", "2014-12-31", "", "ended", ""],
    { 2013: "", 2014: "certain", "2014-07": "possible", 2015: "" },
  ],
  [
    ["2024-05-01", "2024-05-31", "2024-05-01", "", "2024-05", "open", "2026-12-31"],
    { "2024-05": "certain", 2026: "presumed", 2027: "possible" },
  ],
  [
    ["2012-01-01", "2012-12-31", "2013-01-01", "2014-06-30", "2013", "open", ""],
    { 2014: "presumed", "2014-07": "" },
  ],
  [["", "2015-05-31", "2015-05-01", "", "", "ended-date-unknown", ""], { "2015-05": "certain", 2016: "possible" }],
  [
    ["", "2026-11-24", "2026-11-24", "", "2026-11-24", "open", ""],
    { "2026-11-24": "certain", 2020: "possible", 2027: "presumed" },
  ],
];

for (const [bounds, answers] of TABLE) {
  test(`as of a date: ${bounds.join(" ")}`, () => {
    for (const [date, answer] of Object.entries(answers)) assert.equal(certainty(bounds, date), answer, date);
  });
}

test("of several memberships the surest counts, and the first of those that are as sure", () => {
  const ended = ["2012-01-01", "2012-01-01", "2013-05-05", "2013-05-05", "", "ended", ""];
  const vague = ["", "", "", "", "", "unknown", ""];
  const open = ["2014-01-01", "2014-01-01", "2020-01-01", "", "2020-01-01", "open", ""];
  assert.deepEqual(surest([ended, vague, open], "2012-06"), { index: 0, certainty: "certain" });
  assert.deepEqual(surest([ended, vague, open], "2013-07"), { index: 1, certainty: "possible" });
  assert.deepEqual(surest([ended, vague, open], "2025"), { index: 2, certainty: "presumed" });
  assert.deepEqual(surest([ended, open], "2013-07"), { index: 0, certainty: "" });
  assert.deepEqual(surest([open, open], "2015"), { index: 0, certainty: "certain" });
});
