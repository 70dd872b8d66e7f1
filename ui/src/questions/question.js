// A question in one language, as `foc_graph/questions/question.py` has it.

import { findDates } from "./dates.js";
import { range } from "./words.js";

const LEAST = 4; // letters of a word in a compound

export class Question {
  constructor(text, words, book, names, today) {
    words = read(words, book, names);
    Object.assign(this, { text, words, book, today, spelt: names.spell(words, book) });
    const dates = findDates(book.dates, words, text, today);
    const spans = dates.filter(({ weak }) => !weak);
    this.names = names.find(text, words, this.spelt, book).filter((one) => !spans.some(({ start, end }) => start <= one.start && one.end <= end));
    this.having = names.having(this.spelt, book);
    this.nearest = new Map();
    this.named = new Set(this.names.flatMap(range));
    const sure = new Set(this.names.filter(({ weak }) => !weak).flatMap(range));
    this.dates = dates.filter((one) => !range(one).some((at) => sure.has(at)));
    this.dated = new Set(this.dates.flatMap(range));
    this.known = words.map(({ form }, at) => this.#find(form, at, names));
    this.familiar = words.filter(({ form }) => book.common.has(form)).length;
    this.isFuture = this.dates.some(({ first }) => first > today.slice(0, first.length));
    const spoken = ` ${words.map(({ form }) => form).join(" ")} `;
    const has = (phrase) => spoken.includes(` ${phrase} `);
    this.beyond = Object.entries(book.idioms).find(([idiom]) => has(idiom))?.[1] ?? "";
    const happens = book.happened.some(has);
    this.isDuring = book.meanwhile.some((phrase) => has(phrase) && (happens || !book.faint.has(phrase)));
    const unnamed = ` ${words.map(({ form }, at) => (sure.has(at) ? "" : form)).join(" ")} `;
    const [present, past] = [book.present, book.past].map((phrases) => phrases.some((phrase) => unnamed.includes(` ${phrase} `)));
    this.isPresent = present && !past && !this.dates.length;
    this.happening = new Set(words.flatMap(({ form }, at) => (book.around.has(form) ? [at] : [])));
  }

  #find(form, at, names) {
    if (Object.hasOwn(this.book.beyond, form) && !this.book.vocabulary.words.has(form)) return [];
    const found = this.book.vocabulary.find(form);
    if (found.length || this.book.common.has(form) || Object.hasOwn(this.book.beyond, form) || names.has(form)) return found;
    return this.spelt[at] === form ? this.book.vocabulary.correct(form) : this.book.vocabulary.find(this.spelt[at]);
  }

  /** The turn of a member by which a date is told: `relation`, whether it left, and by which words; null for none. */
  turn(member) {
    const { turns, meanwhile, little } = this.book;
    const forms = this.words.map(({ form }) => form);
    const verbs = new Set([...turns.joining, ...turns.leaving]);
    let { start } = member;
    while (start && (verbs.has(forms[start - 1]) || little.has(forms[start - 1]))) start -= 1;
    let best = [0];
    for (const [relation, phrases] of [["after", turns.following], ["at", meanwhile], ["before", turns.preceding]]) {
      for (const words of phrases.map((phrase) => phrase.split(" ")).filter(({ length }) => length >= best[0])) {
        const offset = forms.findLastIndex((_, at) => at >= start - words.length && at < member.start && words.every((word, number) => forms[at + number] === word));
        if (offset >= (words.length > best[0] ? 0 : best[1])) best = [words.length, offset, relation];
      }
    }
    const verb = [...range({ start: member.end, end: forms.length }), ...range({ start, end: member.start })].find((at) => verbs.has(forms[at]));
    const [length, first, relation] = best;
    return length && verb !== undefined ? { relation, isLeaving: turns.leaving.includes(forms[verb]), words: [...range({ start: first, end: member.start }), verb] } : null;
  }

  /** Whether a word for a kind is beside a mention in a list: "groups and offices" has one for bodies. */
  isListed({ start, end }, kind) {
    const { little, kinds, conjunctions } = this.book;
    const at = this.words.map(({ form }) => !little.has(form));
    const sides = [at.lastIndexOf(true, start - 1), at.indexOf(true, end)];
    return sides.some((told, isAfter) => {
      if (told < 0 || (!isAfter && !start) || kinds[this.words[told].form] !== kind) return false;
      const [first, last] = isAfter ? [end - 1, told] : [told, start];
      const isJoint = this.words.slice(first + 1, last).some(({ form }) => conjunctions.includes(form));
      return isJoint || this.text.slice(this.words[first].end, this.words[last].start).includes(",");
    });
  }

  /** The words that say something and that no phrasing of a query has. */
  telling(query, covered) {
    const { little, faint, typical } = this.book;
    const says = ({ form }, at) => !covered.has(at) && !little.has(form) && !faint.has(form) && !this.known[at].some((word) => word in typical[query]);
    return new Set(this.words.flatMap((word, at) => (says(word, at) ? [at] : [])));
  }

  /** Words as they were typed. */
  typed({ start, end }) {
    return this.text.slice(this.words[start].start, this.words[end - 1].end);
  }

  /** Whether a word is written as a name is. */
  isName(at) {
    const { typed } = this.words[at];
    if (/\p{Nd}/u.test(typed)) return true;
    if (this.book.code === "de") return [...typed].filter((letter) => letter !== letter.toLowerCase()).length > 1;
    return typed !== typed.toLowerCase() && (at > 0 || typed.slice(1) !== typed.slice(1).toLowerCase());
  }
}

/** The words that are read: without polite phrases, and for a compound of two known words these two. */
function read(words, book, names) {
  const forms = words.map(({ form }) => form);
  const polite = new Set(book.polite.flatMap((phrase) => {
    const said = phrase.split(" ");
    return forms.flatMap((_, at) => (said.every((form, number) => forms[at + number] === form) ? said.map((_, number) => at + number) : []));
  }));
  const tells = (form) => book.common.has(form) && !book.little.has(form);
  const isFirst = (part) => book.joints.some((joint) => part.endsWith(joint) && tells(part.slice(0, part.length - joint.length)));
  const isKnown = (form) => book.common.has(form) || book.around.has(form) || Object.hasOwn(book.beyond, form) || Object.hasOwn(book.english, form) || names.has(form) || book.vocabulary.find(form).length > 0;
  return words.filter((_, at) => !polite.has(at)).flatMap((word) => {
    const { form, typed, start, end } = word;
    if (isKnown(form) || form.length !== typed.length) return [word];
    const cut = range({ start: LEAST, end: form.length - LEAST + 1 }).find((at) => tells(form.slice(at)) && isFirst(form.slice(0, at)));
    if (!cut) return [word];
    return [{ form: form.slice(0, cut), typed: typed.slice(0, cut), start, end: start + cut }, { form: form.slice(cut), typed: typed.slice(cut), start: start + cut, end }];
  });
}
