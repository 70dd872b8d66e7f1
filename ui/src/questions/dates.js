// The dates in a question, as `foc_graph/questions/dates.py` has them.

import { isDate } from "../periods.js";

const GAPS = /[- /.~]/g;
const MARKS = { "-": "-", "/": "/", ".": ".", "..": "~", "...": "~", "–": "~", "—": "~" };

/** The dates in words of a text; `today` is what relative ones are counted from. */
export function findDates({ mentions, forms, months, seasons, relative }, words, text, today) {
  const mark = ({ end }, { start }) => MARKS[text.slice(end, start).trim()] ?? " ";
  const said = words.map((word, at) => (at ? mark(words[at - 1], word) : "") + word.form).join("");
  let length = 0;
  const starts = words.map(({ form }) => (length += form.length + 1) - form.length - 1);

  function read(at) {
    for (const [pattern, relation, weak] of mentions) {
      pattern.lastIndex = starts[at];
      const told = pattern.exec(said)?.groups;
      const last = told && exact(told.last ?? told.first);
      const first = last && (exact(told.first) ?? (last[1].length > 4 && exact(`${told.first} ${last[1].slice(0, 4)}`)));
      if (!first || first[0].slice(0, 4) > last[1].slice(0, 4)) continue;
      const end = starts.filter((start) => start < pattern.lastIndex).length;
      return { start: at, end, first: first[0], last: last[1], relation, weak };
    }
    return null;
  }

  function exact(part) {
    const [size, ago, before] = relative.get(part.replace(GAPS, " ")) ?? [];
    if (size) {
      const [year, month, day] = today.split("-");
      const date = new Date(Date.UTC(year, month - 1 - ago, size < 10 ? 1 : day - before)).toISOString().slice(0, size);
      return [date, date];
    }
    for (const form of forms) {
      const { year, month, name, season, either, day = either } = form.exec(part)?.groups ?? {};
      const span = seasons[season] ?? Array(2).fill(name ? (months[name] ?? 0) : month);
      if (either && Number(either) !== Number(month)) return null;
      const dates = span.map((one) => [year, one, day].filter((number) => number !== undefined).map((number) => String(number).padStart(2, "0")).join("-"));
      if (dates.every(isDate)) return dates;
    }
    return null;
  }

  const found = [];
  for (let at = 0; at < words.length; at += 1) {
    const mention = at < (found.at(-1)?.end ?? 0) ? null : read(at);
    if (mention) found.push(mention);
  }
  return found;
}

/** The patterns of a language, from the text of rules. */
export function makePatterns({ mentions, forms, relative, ...rest }) {
  return {
    ...rest,
    mentions: mentions.map(([pattern, ...told]) => [new RegExp(pattern, "y"), ...told]),
    forms: forms.map((form) => new RegExp(`^${form}$`)),
    relative: new Map(Object.entries(relative)),
  };
}
