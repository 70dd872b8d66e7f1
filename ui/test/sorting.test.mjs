import assert from "node:assert/strict";
import { test } from "node:test";
import { order } from "../src/sorting.js";

const sorted = (texts, isDescending = false) => order(texts, isDescending).map((index) => texts[index]);

test("dates are sorted by time, however they are written", () => {
  const texts = ["4 May 2015", "", "June 2014", "2015", "2012-12-07", "May 2015"];
  assert.deepEqual(sorted(texts), ["2012-12-07", "June 2014", "2015", "May 2015", "4 May 2015", ""]);
  assert.deepEqual(sorted(texts, true), ["4 May 2015", "May 2015", "2015", "June 2014", "2012-12-07", ""]);
});

test("numbers are sorted by size", () => {
  assert.deepEqual(sorted(["1,234", "9", "−3", "12.5 %", "100"]), ["−3", "9", "12.5 %", "100", "1,234"]);
});

test("texts are sorted as people do, and equal ones keep their order", () => {
  assert.deepEqual(sorted(["Zambia", "Österreich", "austria", "Norway"]), ["austria", "Norway", "Österreich", "Zambia"]);
  assert.deepEqual(sorted(["Group 10", "Group 9", "2015"]), ["2015", "Group 9", "Group 10"]);
  assert.deepEqual(order(["a", "A", "a"], false), [0, 1, 2]);
  assert.deepEqual(order(["a", "A", "a"], true), [0, 1, 2]);
});

test("nothing is lost", () => {
  assert.deepEqual(order([], false), []);
  assert.deepEqual(order(["", ""], true), [0, 1]);
  const hostile = ["<script>", "\u202e2015", "__proto__", "日本", "x".repeat(500)];
  assert.deepEqual(sorted(hostile).toSorted(), hostile.toSorted());
});
