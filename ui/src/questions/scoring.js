// The score of a question as one phrasing of a query, as `foc_graph/questions/scoring.py` has it.

import { CHOOSING } from "./filling.js";
import { bare, range } from "./words.js";

const QUOTED = /(?<![\p{L}\p{N}_])["“„«‘'‹]\s*([^\s"“”»’'›][^"“”»’'›]*[^\s"“”»’'›])\s*["“”»’'›]/du;
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

/** How well a question is one phrasing of a query; null where it is not at all. */
export function score({ numbers: cost }, question, phrase, filled, parameters) {
  const { book, words, known } = question;
  const typical = book.typical[phrase.query];
  const isOwn = (at) => known[at].some((word) => word in typical);
  let covered = new Set([...filled.covered, ...filled.left.flatMap(range)]);
  const hits = match(question, phrase, covered);
  const chosen = phrase.slots.filter((slot) => CHOOSING.includes(slot) && slot in filled.parameters).length;
  if (!isAsked(question, phrase, filled, hits, chosen)) return null;
  let values = bare(filled.parameters);
  let unused = filled.left.map((one) => question.typed(one));
  let [got, factor] = [cost.CHOSEN * chosen, 1];
  let total = got + cost.UNUSED * filled.left.length;
  const text = parameters.find(({ type, required }) => type === "string" && required);
  if (text) {
    const at = [...hits.keys()];
    const told = at.some((one) => !Object.hasOwn(book.kinds, words[one].form)) ? findText(question, at, isOwn) : null;
    if (!told) return null;
    covered = new Set(words.flatMap(({ start }, at) => (told.start <= start && start < told.end ? [at] : [])));
    values = bare({ [text.name]: question.text.slice(told.start, told.end), ...choices(question, covered, parameters) });
    [got, total, unused] = [0, wordiness(cost, question, told, covered), []];
    factor = told.isQuoted ? 1 : cost.TEXT;
  }
  let beyond = question.isFuture ? "a forecast" : question.beyond;
  const [used, strange] = [[], []];
  words.forEach(({ form, typed }, at) => {
    if (covered.has(at)) return;
    const weight = known[at].length ? Math.max(...known[at].map((word) => book.weights[word])) : cost.UNKNOWN;
    if (hits.has(at) || phrase.words.some((one) => known[at].some((word) => one.has(word)))) got += weight;
    else if (book.little.has(form) || (text && Object.hasOwn(book.kinds, form))) return;
    else if (isOwn(at)) got += weight * cost.ELSEWHERE;
    else if (book.faint.has(form) && !Object.hasOwn(book.beyond, form)) return void (total += cost.PASSING);
    else {
      total += weight;
      unused.push(typed);
      beyond ||= Object.hasOwn(book.beyond, form) ? book.beyond[form] : "";
      if (!known[at].length && question.isName(at)) strange.push(typed);
      return;
    }
    total += weight;
    used.push(typed);
  });
  const said = sum([...hits.values()].map((hit) => phrase.weights[hit])) + cost.CHOSEN * chosen;
  let points = (got / total) * (cost.SHARE + ((1 - cost.SHARE) * said) / (sum(phrase.weights) + cost.CHOSEN * chosen)) * factor;
  const told = [...hits.keys()].flatMap((at) => known[at]).filter((word) => !book.faint.has(word)).map((word) => typical[word] ?? 0);
  points += cost.TYPICAL * Math.max(...told, chosen ? 1 : 0) - filled.cost;
  const days = parameters.filter(({ type }) => type === "date");
  if (days.length > 1 && days[1].required && days[0].name in values) values[days[1].name] ??= question.today;
  const missing = parameters.filter((one) => one.required && one.default === null && !(one.name in values)).map(({ name }) => name);
  if (phrase.slots.length && !missing.length && !text && !phrase.slots.some((slot) => slot in values)) points -= cost.EMPTY;
  const isSpan = days.length > 1 && days.every(({ name }) => name in values);
  points += cost.GIVEN * (Object.keys(values).length - isSpan) - cost.LACKING * missing.length - (text ? 0 : cost.DROPPED * filled.left.length);
  const { ambiguous, about, assumed } = filled;
  Object.assign(values, assumed);
  const ordered = Object.fromEntries(parameters.filter(({ name }) => name in values).map(({ name }) => [name, values[name]]));
  return { score: points, call: { query: phrase.query, parameters: ordered }, missing, used, unused, ambiguous, about, beyond, strange };
}

/** The words of a question that are words of a phrasing, each of them once. */
function match({ words, known }, phrase, covered) {
  const hits = new Map();
  const taken = new Set();
  words.forEach((_, at) => {
    const hit = covered.has(at) ? -1 : phrase.words.findIndex((one, number) => !taken.has(number) && known[at].some((word) => one.has(word)));
    if (hit < 0) return;
    hits.set(at, hit);
    taken.add(hit);
  });
  return hits;
}

function isAsked({ words, book }, phrase, { spots }, hits, chosen) {
  const reached = new Set(hits.values());
  if (!(hits.size || chosen) || !Object.keys(phrase.needed).every((one) => reached.has(Number(one)))) return false;
  if (!phrase.isFaint && !chosen && [...hits.keys()].every((at) => book.faint.has(words[at].form))) return false;
  return spots.length < 2 || [...hits].every(([at, hit]) => !(hit in phrase.needed) || spots.filter((spot) => spot < at).length === phrase.needed[hit]);
}

/** The text that is looked for: in quotes, else after the words that ask for it up to a comma, else before them. */
function findText({ text, words, book }, hits, isOwn) {
  const quoted = QUOTED.exec(text);
  if (quoted) return { start: quoted.indices[1][0], end: quoted.indices[1][1], isQuoted: true };
  const [before, last] = [-1, ...hits].slice(-2);
  const stops = words.flatMap((word, at) => (at && /[,;]/.test(text.slice(words[at - 1].end, word.start)) ? [at] : []));
  const begin = Math.max(before + 1, ...stops.filter((at) => at <= last));
  for (let [start, end] of [[last + 1, stops.find((at) => at > last + 1) ?? words.length], [begin, last]]) {
    while (start < end && (book.little.has(words[start].form) || isOwn(start))) start += 1;
    while (end > start && book.common.has(words[end - 1].form)) end -= 1;
    if (start < end) return { start: words[start].start, end: words[end - 1].end, isQuoted: false };
  }
  return null;
}

function choices({ words, book }, covered, parameters) {
  const kinds = new Set(words.filter(({ form }, at) => Object.hasOwn(book.kinds, form) && !covered.has(at)).map(({ form }) => book.kinds[form]));
  const [kind] = kinds.size === 1 ? kinds : [];
  return Object.fromEntries(parameters.filter(({ type, values }) => type === "enum" && values.includes(kind)).map(({ name }) => [name, kind]));
}

function wordiness(cost, { words, book }, { isQuoted }, covered) {
  if (isQuoted) return 0;
  const isAsking = ({ form }, at) => covered.has(at) && !book.little.has(form) && (book.vocabulary.words.has(form) || Object.hasOwn(book.beyond, form));
  return cost.WORDY * (words.filter(isAsking).length + Math.max(0, covered.size - cost.LONG));
}
