import assert from "node:assert/strict";
import { test } from "node:test";
import { days, fromWords, inWords, isDate, lastMonthOf, month, monthOf } from "../src/periods.js";

test("days, months and years are dates, all else is not", () => {
  for (const text of ["2015", "2015-05", "2015-05-04", "2016-02-29", "2000-02-29", "0001", "9999-12-31"]) {
    assert.ok(isDate(text), text);
  }
  const wrong = ["", "0000", "15", "2015-13", "2015-00", "2015-5", "2015-02-29", "1900-02-29", "2015-05-04T00:00:00"];
  for (const text of [...wrong, " 2015", "2015\n", "٢٠١٥", "-2015", "2015-05-", "May 2015", "2015-04-31"]) {
    assert.ok(!isDate(text), text);
    assert.equal(days(text), null);
    assert.equal(inWords(text), text);
  }
});

test("a date covers days", () => {
  assert.deepEqual(days("2015"), ["2015-01-01", "2015-12-31"]);
  assert.deepEqual(days("2016-02"), ["2016-02-01", "2016-02-29"]);
  assert.deepEqual(days("2015-02"), ["2015-02-01", "2015-02-28"]);
  assert.deepEqual(days("2015-05-04"), ["2015-05-04", "2015-05-04"]);
});

test("a date is said in words, and read from them", () => {
  for (const [text, words] of [["2015", "2015"], ["2015-05", "May 2015"], ["2015-05-04", "4 May 2015"]]) {
    assert.equal(inWords(text), words);
    assert.equal(fromWords(words), text);
    assert.equal(fromWords(`${words}, or so`), text);
    assert.equal(fromWords(text), text);
  }
  for (const text of ["", "Maybe 2015", "20150", "31 April 2015", "in 2015", "May", "2015-13"]) {
    assert.equal(fromWords(text), "", text);
  }
});

test("months have numbers that follow one another", () => {
  assert.equal(month(monthOf("2015-05-04")), "2015-05");
  assert.equal(month(monthOf("2015") - 1), "2014-12");
  assert.equal(month(lastMonthOf("2015") + 1), "2016-01");
  assert.equal(month(monthOf("0999-12") + 1), "1000-01");
});
