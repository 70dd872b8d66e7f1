// Dates as people type them: the days that they cover, and their exact form.

const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const ISO = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;
const DAY_FIRST = /^(?:(\d{1,2})(?:\.|st|nd|rd|th)? (?:of )?)?(\p{L}{3,})\.?,? (\d{4})$/u;
const MONTH_FIRST = /^(\p{L}{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/u;

/** The first and the last day of a date, a month, a year, an interval or `today`, and its exact form; null for none. */
export function readPeriod(text) {
  const typed = text.trim().replace(/\s+/g, " ").toLowerCase();
  if (typed === "today" || typed === "now") {
    const now = new Date();
    const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((one) => String(one).padStart(2, "0")).join("-");
    return { first: day, last: day, exact: day };
  }
  const sides = typed.split(/ to | ?\/ ?/);
  if (sides.length === 2) {
    const [from, to] = sides.map(readPeriod);
    return from && to && from.first <= to.last ? { first: from.first, last: to.last, exact: `${from.exact}/${to.exact}` } : null;
  }
  const exact = ISO.test(typed) ? typed : inNumbers(typed);
  const [, year, month, day] = ISO.exec(exact) ?? [];
  if (!year || year === "0000") return null;
  const length = month && new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  if (month && (month < "01" || month > "12" || (day && (day < "01" || Number(day) > length)))) return null;
  const ends = (last) => [year, month ?? (last ? "12" : "01"), day ?? (last ? String(month ? length : 31) : "01")].join("-");
  return { first: ends(false), last: ends(true), exact };
}

function inNumbers(typed) {
  const [, day, word, year] = DAY_FIRST.exec(typed) ?? [];
  const [, other, second, third] = word ? [] : (MONTH_FIRST.exec(typed) ?? []);
  const months = MONTHS.filter((name) => name.startsWith(word ?? other));
  if (months.length !== 1) return "";
  const parts = [year ?? third, MONTHS.indexOf(months[0]) + 1, day ?? second];
  return parts.filter((one) => one !== undefined).map((one) => String(one).padStart(2, "0")).join("-");
}
