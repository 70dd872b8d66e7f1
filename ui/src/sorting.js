// The order of the cells of a column: dates by time, numbers by size, texts as people sort them.

import { fromWords } from "./periods.js";

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const NUMBER = /^[+−-]?\d[\d,  ]*(\.\d+)?\s?%?$/;

/**
 * The places of texts in ascending or descending order; empty ones stay last, equal ones in the order they had.
 *
 * A column is of dates (`2015`, `2015-05-04`, `4 May 2015`) or of numbers (`1,234`, `−3`, `12.5 %`) if all its texts are.
 */
export function order(texts, isDescending) {
  const trimmed = texts.map((text) => text.trim());
  const compare = comparison(trimmed.filter(Boolean));
  const sign = isDescending ? -1 : 1;
  return trimmed
    .map((text, index) => ({ text, index }))
    .sort((a, b) => {
      if (!a.text || !b.text) return Number(!a.text) - Number(!b.text) || a.index - b.index;
      return sign * compare(a.text, b.text) || a.index - b.index;
    })
    .map(({ index }) => index);
}

function comparison(texts) {
  if (texts.every((text) => fromWords(text))) return by(texts, fromWords, (a, b) => Number(a > b) - Number(a < b));
  if (texts.every((text) => NUMBER.test(text))) return by(texts, number, (a, b) => a - b);
  return (a, b) => collator.compare(a, b);
}

/** Compares texts by what is read of each once. */
function by(texts, read, compare) {
  const known = new Map(texts.map((text) => [text, read(text)]));
  return (a, b) => compare(known.get(a), known.get(b));
}

function number(text) {
  return Number(text.replace("−", "-").replace(/[^\d.-]/g, ""));
}
