// The things in a question, as `foc_graph/questions/names.py` has them.

import { Vocabulary, put, range } from "./words.js";

const [LONGEST, MOST_SETS, MOST_NEAR, SHORT] = [16, 64, 2000, 3];
const LINKING = new Set(["of", "the", "for", "and", "on", "in", "to", "a"]);
const OFFICE = "chair";
const EMPTY = new Set();

export class Names {
  #byWord = new Map();
  #byWords = new Map();
  #byPath = new Map();
  #called;
  #coalitions = new Map();

  constructor({ things, names, capitals, numbers }) {
    Object.assign(this, { things, names, numbers, capitals: new Set(capitals) });
    this.#called = things.map(() => []);
    this.bySort = new Map();
    things.forEach((thing, number) => pathOf(thing).includes("/") && this.#byPath.set(pathOf(thing), [number]));
    things.forEach(({ sort }, number) => sort && this.bySort.set(sort, [...(this.bySort.get(sort) ?? []), number]));
    for (const [name, bearers] of Object.entries(names)) {
      const words = name.split(" ");
      const key = singular(words);
      for (const number of bearers) {
        this.#called[number].push(new Set(words));
        for (const word of words) put(this.#byWord, word, number);
        if (key.includes(" ") && !key.split(" ").includes(OFFICE)) put(this.#byWords, key, number);
        if (things[number].kinds[0] === "coalition") for (const word of words) put(this.#coalitions, word, number);
      }
    }
    things.forEach(({ words }, number) => words.forEach((word) => put(this.#byWord, word, number)));
    this.spelling = new Vocabulary(this.#byWord.keys());
  }

  has(word) {
    return this.#byWord.has(word);
  }

  /** Words as names have them. */
  spell(words, { common, english }) {
    return words.map(({ form }) => {
      const near = common.has(form) || Object.hasOwn(english, form) || this.has(form) ? [] : this.spelling.correct(form);
      return near.length === 1 ? near[0] : form;
    });
  }

  /** The names in the words of a question, the longest from each word on, none within another. */
  find(text, words, spelt, book) {
    const found = [];
    for (let at = 0; at < words.length; at = found.at(-1)?.end > at ? found.at(-1).end : at + 1) {
      let mention = this.#at(text, words, spelt, at, book);
      let other = this.#reordered(spelt, at, book);
      if (other && this.#isAcross(other, text, words, spelt, book)) other = null;
      if (other && (!mention || other.end > mention.end)) mention = other;
      else if (other && other.end === mention.end) mention = { ...mention, things: [...new Set([...mention.things, ...other.things])] };
      if (mention) found.push(mention);
    }
    return found;
  }

  /** Whether a name of several words begins within another, and ends after it. */
  #isAcross({ start, end }, text, words, spelt, book) {
    const within = range({ start: start + 1, end }).map((at) => this.#at(text, words, spelt, at, book));
    return within.some((one) => one?.end > end && one.end - one.start > 1);
  }

  #at(text, words, spelt, at, { common, little }) {
    for (let end = Math.min(words.length, at + LONGEST); end > at; end -= 1) {
      const name = spelt.slice(at, end).join(" ");
      const last = words[end - 1];
      const path = text.slice(words[at].start, last.end).toLowerCase();
      const things = Object.hasOwn(this.names, name) ? this.names[name] : (this.#byPath.get(path) ?? []);
      const isWord = end > at + 1 && little.has(last.form) && isLower(last.typed) && !isLower(words[at].typed);
      if (!things.length || isWord) continue;
      const isCommon = spelt.slice(at, end).every((form) => common.has(form));
      const isKind = things.every((number) => isConcept(this.things[number]));
      if (end === at + 1 && (isCommon || spelt[at].length < SHORT)) {
        const { typed } = words[at];
        if (isKind) return { start: at, end, things, weak: true };
        if (!this.capitals.has(typed) || !(isUpper(typed) || at)) continue;
      }
      return { start: at, end, things, weak: isCommon && (isKind || end === at + 1) };
    }
    return null;
  }

  #reordered(spelt, at, { little, common, english }) {
    const isSkipped = (word) => little.has(word) && !Object.hasOwn(english, word);
    if (isSkipped(spelt[at])) return null;
    const sorts = Object.hasOwn(this.names, spelt[at]) && !Object.hasOwn(english, spelt[at]) ? this.names[spelt[at]] : [];
    const isSort = sorts.length > 0 && sorts.every((one) => isConcept(this.things[one]));
    let sets = new Set([""]);
    let best = null;
    for (let end = at + 1; end <= Math.min(spelt.length, at + LONGEST); end += 1) {
      const word = spelt[end - 1];
      if (isSkipped(word)) continue;
      const forms = [...(english[word] ?? []), word];
      sets = new Set([...sets].flatMap((one) => forms.map((form) => [...new Set([...one.split(" "), ...form.split(" ")])].filter(Boolean).sort().join(" "))));
      if (sets.size > MOST_SETS) break;
      const called = [...new Set([...sets].flatMap((one) => [...(this.#byWords.get(singular(one.split(" "))) ?? [])]))].sort((a, b) => a - b);
      const things = isSort ? called.filter((number) => this.#called[number].some((name) => name.has(spelt[at]))) : called;
      const isWeak = spelt.slice(at, end).every((form) => little.has(form) || (common.has(form) && !Object.hasOwn(english, form)));
      if (things.length) best = { start: at, end, things, weak: isWeak };
    }
    return best;
  }

  /** Words, and what they are in English. */
  said(spelt, { english }) {
    return new Set([...spelt, ...spelt.flatMap((word) => (english[word] ?? []).flatMap((one) => one.split(" ")))]);
  }

  /** Whether half of the words of a name are said, or for a coalition one that no other has in its names. */
  isHalfSaid(number, said) {
    const isOwn = (word) => this.#coalitions.get(word)?.size === 1 && this.#coalitions.get(word).has(number);
    if (this.things[number].kinds[0] === "coalition" && [...said].some(isOwn)) return true;
    return this.#called[number].some((name) => {
      const words = [...name].filter((word) => !LINKING.has(word));
      return words.filter((word) => said.has(word)).length * 2 >= words.length;
    });
  }

  /** For each word the things in whose names it is, or what it is in English. */
  having(spelt, { english }) {
    return spelt.map((word) => this.#having(word, english));
  }

  /** The things in whose names the telling words of a question are, and the numbers of such words. */
  near(spelt, having, telling, fits) {
    const { COVERED, BESIDE } = this.numbers;
    const known = [...telling].filter((at) => having[at].size).sort((one, other) => having[one].size - having[other].size || one - other);
    const rarity = new Map(known.map((at) => [at, Math.log((this.things.length + 1) / having[at].size)]));
    let rest = known.reduce((sum, at) => sum + rarity.get(at), 0);
    const least = COVERED * rest;
    const possible = new Set();
    for (const at of known) {
      if (rest < least || possible.size > MOST_NEAR) break;
      for (const thing of having[at]) possible.add(thing);
      rest -= rarity.get(at);
    }
    if (possible.size > MOST_NEAR) return [[], EMPTY];
    const words = new Set(spelt);
    const ranks = [];
    for (const thing of possible) {
      const score = known.reduce((sum, at) => sum + (having[at].has(thing) ? rarity.get(at) : 0), 0);
      if (score < least || !fits(thing)) continue;
      const beside = having.filter((things, at) => !telling.has(at) && things.has(thing)).length * BESIDE;
      const unsaid = Math.min(99, ...this.#called[thing].map((name) => [...name].filter((word) => !words.has(word)).length));
      ranks.push([thing, Math.round((score + beside) * 1000), -unsaid]);
    }
    ranks.sort((one, other) => other[1] - one[1] || other[2] - one[2] || one[0] - other[0]);
    const found = ranks.filter(([, most, least]) => most === ranks[0][1] && least === ranks[0][2]).map(([thing]) => thing);
    return [found, new Set(having.flatMap((things, at) => (found.length && things.has(found[0]) ? [at] : [])))];
  }

  #having(word, english) {
    if (!Object.hasOwn(english, word)) return this.#byWord.get(word) ?? EMPTY;
    const found = new Set(this.#byWord.get(word));
    for (const other of english[word]) {
      const [first, ...rest] = other.split(" ").map((part) => this.#byWord.get(part) ?? EMPTY);
      for (const thing of first) if (rest.every((things) => things.has(thing))) found.add(thing);
    }
    return found;
  }
}

export const isConcept = ({ kinds }) => kinds[0].startsWith("concept:");

/** The name of a thing in a call. */
export function pathOf({ kinds: [kind], slug }) {
  return kind.startsWith("concept:") ? `concept/${kind.slice(8)}/${slug}` : slug;
}

const isLower = (text) => text === text.toLowerCase() && text !== text.toUpperCase();
const isUpper = (text) => text === text.toUpperCase() && text !== text.toLowerCase();

function singular(words) {
  const all = words.map((word) => (word.length > 4 && word.endsWith("s") ? word.slice(0, -1) : word));
  return [...new Set(all)].filter((word) => !LINKING.has(word)).sort().join(" ");
}
