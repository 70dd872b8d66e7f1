// Partial dates: `2015`, `2015-05` or `2015-05-04`, and the days they cover, as `foc_graph/dates.py` has them.

export const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];

/** Whether a text is such a date of the Gregorian calendar; there is no year 0. */
export function isDate(text) {
  const [year, month, day] = parts(text) ?? [];
  if (!year || month > 12 || month < 1) return false;
  return day >= 1 && day <= lengthOf(year, month);
}

/** The first and the last day covered, as `YYYY-MM-DD`; null for a text that is no date. */
export function days(text) {
  if (!isDate(text)) return null;
  const [year, month] = [text.slice(0, 4), text.slice(5, 7)];
  if (text.length === 10) return [text, text];
  const last = `${year}-${month || "12"}`;
  return [`${year}-${month || "01"}-01`, `${last}-${lengthOf(Number(year), Number(month || 12))}`];
}

/** `2015`, `May 2015` or `4 May 2015`; what is no date as it stands. */
export function inWords(text) {
  if (!isDate(text)) return text;
  const [year, month, day] = text.split("-");
  return [day && String(Number(day)), month && MONTHS[Number(month) - 1], year].filter(Boolean).join(" ");
}

/** The date that a text written in words begins with (`4 May 2015`), or written in figures; empty where there is none. */
export function fromWords(text) {
  const figures = /^\d{4}(-\d\d(-\d\d)?)?(?![\d-])/.exec(text);
  if (figures) return isDate(figures[0]) ? figures[0] : "";
  const words = /^(?:(\d{1,2}) )?([A-Z][a-z]+) (\d{4})(?!\d)/.exec(text);
  const month = words ? MONTHS.indexOf(words[2]) + 1 : 0;
  if (!month) return "";
  const found = [words[3], two(month), ...(words[1] ? [two(words[1])] : [])].join("-");
  return isDate(found) ? found : "";
}

/** Months since the year 0 of the first day of a date. */
export function monthOf(text) {
  return Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7) || 1) - 1;
}

/** The same of its last day. */
export function lastMonthOf(text) {
  return monthOf(text.length === 4 ? `${text}-12` : text);
}

/** A month by its number, as `YYYY-MM`. */
export function month(number) {
  return `${String(Math.floor(number / 12)).padStart(4, "0")}-${two((number % 12) + 1)}`;
}

/** The address of the same page or file as of another date. */
export function dated(address, date) {
  const url = new URL(address);
  url.searchParams.set("as_of", date);
  return url.href;
}

function parts(text) {
  const match = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);
  return match && match.slice(1).map((part) => (part === undefined ? 1 : Number(part)));
}

function lengthOf(year, ofMonth) {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][ofMonth - 1];
}

function two(number) {
  return String(number).padStart(2, "0");
}
