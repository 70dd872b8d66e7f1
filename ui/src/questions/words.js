// The words of a question, as `foc_graph/questions/words.py` has them.

import { folded } from "../elements.js";

const WORD = /[\p{L}\p{N}]+/gu;
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const [START, REST] = [4, 3];
const MISSPELT = /^\p{L}{5,}$/u;
const SHORT_ENDINGS = new Set(["s", "es", "e", "d", "ed", "ing", "n", "en", "t"]);

/** A text as it is read: in composed characters, without those that are not seen. */
export const seen = (text) => text.normalize("NFKC").replace(UNSEEN, "");

/** The words of a text: `form` to compare, as `typed`, from `start` to `end`. */
export function split(text) {
  return [...text.matchAll(WORD)].map(({ 0: typed, index }) => ({ form: folded(typed).replaceAll("ß", "ss"), typed, start: index, end: index + typed.length }));
}

/** The numbers from `start` up to `end`. */
export const range = ({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at);

function isSame(one, other) {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  if (short.length === same && same === START - 1) return SHORT_ENDINGS.has(long.slice(same));
  const isStem = same > START || short.length <= START + 1;
  return same >= START && isStem && long.length - same <= REST && !/^\d+$/.test(short);
}

/** An object that has what another has, and inherits nothing: "constructor" is a name like others. */
export const bare = (given) => Object.assign(Object.create(null), given);

/** Put a value into the set that a map has under a key. */
export function put(map, key, value) {
  if (!map.has(key)) map.set(key, new Set());
  map.get(key).add(value);
}

/** Words that are known. */
export class Vocabulary {
  #starts = new Map();

  constructor(words) {
    this.words = new Set(words);
    for (const word of this.words) put(this.#starts, word.slice(0, START - 1), word);
  }

  /** The known words of which this is a form. */
  find(word) {
    if (this.words.has(word) && word.length < START) return [word];
    return [...(this.#starts.get(word.slice(0, START - 1)) ?? [])].filter((other) => other === word || isSame(word, other));
  }

  /** The known words of which this may be a misspelling. */
  correct(word) {
    return MISSPELT.test(word) ? [...this.words].filter((other) => other[0] === word[0] && isSlip(word, other)) : [];
  }
}

/** Whether two words differ by one letter, or by two in the wrong order. */
function isSlip(one, other) {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  const isTurned = short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
  return one !== other && (short.slice(at + 1) === long.slice(at + 1) || isTurned);
}
