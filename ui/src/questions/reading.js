// The reading of questions, as `foc_graph/questions/reading.py` has it, by rules that come with the site.

import { makePatterns } from "./dates.js";
import { CHOOSING, fill } from "./filling.js";
import { Names } from "./names.js";
import { Question } from "./question.js";
import { score } from "./scoring.js";
import { Vocabulary, bare, put, seen, split } from "./words.js";

const [MOST, MOST_UNUSED, TYPED] = [3, 5, 10];

export class Reader {
  constructor(rules) {
    this.rules = rules;
    this.names = new Names(rules);
    this.books = rules.books.map((one) => makeBook(one, rules));
  }

  /** What a question asks: a `call`, null with a `reason` where it is declined; `today` is what its dates are counted from. */
  read(asked, today) {
    const { LONGEST } = this.rules.numbers;
    const declined = (reason) => ({ call: null, confidence: 0, reason, alternatives: [] });
    const text = [...asked].length > TYPED * LONGEST ? asked : seen(asked);
    if ([...text].length > LONGEST) return declined(`a question has at most ${LONGEST} characters: ask a shorter one`);
    const words = split(text);
    if (!words.length) return declined("nothing is asked: write a question");
    const questions = this.books.map((book) => new Question(text, words, book, this.names, today));
    const most = Math.max(...questions.map(({ familiar }) => familiar));
    const best = new Map();
    for (const question of questions) {
      for (const reading of this.#readings(question)) {
        reading.score *= (1 + question.familiar) / (1 + most);
        const key = JSON.stringify([reading.call.query, Object.entries(reading.call.parameters).sort(), reading.missing]);
        if (!(best.get(key)?.score >= reading.score)) best.set(key, reading);
      }
    }
    if (!best.size && questions.some(({ names }) => names.length)) return declined("it names something and asks nothing about it");
    return choose(this.rules.numbers, [...best.values()].sort((one, other) => other.score - one.score || (one.call.query < other.call.query ? -1 : 1)));
  }

  /** The best reading as each query, and the best that lacks a value. */
  #readings(question) {
    const { book } = question;
    const tried = new Set(question.known.flat().flatMap((word) => [...book.byWord.get(word)]));
    const kinds = new Set(question.names.flatMap(({ things }) => things).flatMap((one) => this.rules.things[one].kinds));
    for (const [kind, numbers] of book.choosing) if (kinds.has(kind)) numbers.forEach((one) => tried.add(one));
    const filled = new Map();
    const best = new Map();
    for (const phrase of [...tried].sort((a, b) => a - b).map((number) => book.phrases[number])) {
      const { parameters } = this.rules.queries[phrase.query];
      const key = `${phrase.query} ${phrase.slots}`;
      if (!filled.has(key)) filled.set(key, [false, true].map((isNear) => fill(this.rules, this.names, question, phrase, parameters, isNear)));
      for (const one of filled.get(key)) {
        const reading = score(this.rules, question, phrase, one, parameters);
        const place = reading && `${phrase.query} ${reading.missing.length > 0}`;
        if (reading && !(best.get(place)?.score >= reading.score)) best.set(place, reading);
      }
    }
    return best.values();
  }
}

/** The phrasings of one language, and its words. */
function makeBook(book, { queries, numbers }) {
  const phrases = book.phrases.map(([query, sets, needed, slots, isFaint]) => ({ query, words: sets.map((set) => new Set(book.sets[set])), needed, slots, isFaint }));
  const [byWord, choosing, typical, asked] = [new Map(), new Map(), bare(), bare()];
  for (const { query } of phrases) asked[query] = (asked[query] ?? 0) + 1;
  phrases.forEach(({ query, words, slots }, number) => {
    const counted = (typical[query] ??= bare());
    for (const word of new Set(words.flatMap((one) => [...one]))) {
      put(byWord, word, number);
      counted[word] = (counted[word] ?? 0) + 1;
    }
    for (const { name, scheme } of queries[query].parameters) if (CHOOSING.includes(name) && slots.includes(name)) put(choosing, `concept:${scheme}`, number);
  });
  for (const [query, counted] of Object.entries(typical)) for (const word in counted) counted[word] /= asked[query];
  const [little, faint] = [new Set(book.little), new Set(book.faint)];
  const weights = bare();
  for (const word of byWord.keys()) {
    const having = Object.values(typical).filter((counted) => word in counted).length;
    const weight = (faint.has(word) ? numbers.FAINT : 1) * Math.log((Object.keys(queries).length + 1) / (having + 0.5)) + numbers.LEAST;
    weights[word] = Number(weight.toFixed(6));
  }
  for (const phrase of phrases) phrase.weights = phrase.words.map((one) => Math.min(...[...one].map((word) => weights[word])));
  const known = Object.keys(weights);
  const dates = makePatterns(book.dates);
  const around = new Set([...book.meanwhile, ...book.happened].flatMap((phrase) => phrase.split(" ")));
  return { ...book, weights, around, english: bare(book.english), dates, phrases, byWord, choosing, typical, little, faint, common: new Set([...little, ...faint, ...known]), vocabulary: new Vocabulary(known) };
}

/** Choose one of the readings, the best first; none where that is not sure enough. */
function choose({ FLOOR, MARGIN, NEXT }, ranked) {
  const complete = ranked.filter(({ missing, ambiguous }) => !missing.length && !ambiguous.length);
  const [first] = ranked;
  const sure = (one) => Math.min(1, Math.max(0, one?.score ?? 0));
  const declined = (reason, alternatives = []) => ({ call: null, confidence: sure(first), reason, alternatives });
  if (!first || first.score < FLOOR) {
    const unused = first?.unused.slice(0, MOST_UNUSED) ?? [];
    const reason = "none of the questions that are answered here is like it";
    const near = complete.slice(0, MOST).filter(({ score: one }) => one > FLOOR / 2).map(({ call }) => call);
    return declined(unused.length ? `${reason}; not understood: ${unused.join(", ")}` : reason, near);
  }
  if (first.beyond) return declined(`it asks for ${first.beyond}, which is not on record`);
  if (first.strange.length) return declined(`nothing on record is called ${first.strange.join(" ")}: check the name`);
  if (first.ambiguous.length) {
    const [name, ...slugs] = first.ambiguous;
    const calls = slugs.map((slug) => ({ query: first.call.query, parameters: { ...first.call.parameters, [name]: slug } }));
    return declined("its name may mean several things: choose one", calls);
  }
  if (first.missing.length) return declined(`it does not say which ${first.missing.map((name) => name.replaceAll("_", " ")).join(" and which ")}: name it`);
  const rivals = complete.filter((one) => one.call.query !== first.call.query && one.score > first.score - MARGIN).map(({ call }) => call);
  if (rivals.length) return declined("it may be asked in two ways: choose one", [first.call, ...rivals.slice(0, MOST - 1)]);
  const alternatives = complete.filter((one) => one !== first && one.score > first.score - NEXT).slice(0, MOST).map(({ call }) => call);
  return { call: first.call, confidence: sure(first), reason: "", alternatives, used: first.used, unused: first.unused, about: first.about };
}
