// Dates as people type them: the days that they cover, and their exact form.

import { days, MONTHS } from "../periods.js";

const DAY_FIRST = /^(?:(\d{1,2})(?:\.|st|nd|rd|th)? (?:of )?)?(\p{L}{3,})\.?,? (\d{4})$/u;
const MONTH_FIRST = /^(\p{L}{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/u;

/** The first and the last day of a date, a month, a year, an interval or `today`, and its exact form; null for none. */
export function readPeriod(text) {
  const typed = text.trim().replace(/\s+/g, " ").toLowerCase();
  if (typed === "today" || typed === "now") return ofDate(today());
  const sides = typed.split(/ to | ?\/ ?/);
  if (sides.length === 1) return ofDate(inNumbers(typed));
  if (sides.length > 2 || !sides.every((one) => /\d{4}/.test(one))) return null;
  const [from, to] = sides.map(readPeriod);
  return from && to && from.first <= to.last ? { first: from.first, last: to.last, exact: `${from.exact}/${to.exact}` } : null;
}

function ofDate(exact) {
  const found = days(exact);
  return found && { first: found[0], last: found[1], exact };
}

/** The day that it is here, as `YYYY-MM-DD`. */
export function today() {
  const now = new Date();
  return joined(now.getFullYear(), now.getMonth() + 1, now.getDate());
}

function inNumbers(typed) {
  const [, day, word, year] = DAY_FIRST.exec(typed) ?? [];
  const [, other, second, third] = word ? [] : (MONTH_FIRST.exec(typed) ?? []);
  const months = MONTHS.filter((name) => name.toLowerCase().startsWith(word ?? other));
  return months.length === 1 ? joined(year ?? third, MONTHS.indexOf(months[0]) + 1, day ?? second) : typed;
}

function joined(...parts) {
  return parts.filter((one) => one !== undefined).map((one) => String(one).padStart(2, "0")).join("-");
}
