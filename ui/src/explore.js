// What makes pages lively. Each part looks for what it works on; a page without it, and without this, is whole.

import { enlivenDate } from "./as-of.js";
import { offerCopy } from "./copying.js";
import { enlivenFigure } from "./figures.js";
import { enlivenSearch } from "./search.js";
import { enlivenTable } from "./tables.js";

const PARTS = [
  ["figure[data-chart]", enlivenFigure],
  ["form.as-of", enlivenDate],
  ["main table", enlivenTable],
  ["form[role=search]", enlivenSearch],
  [".identity code, .citation", offerCopy],
];

for (const [selector, enliven] of PARTS) {
  for (const found of document.querySelectorAll(selector)) {
    try {
      enliven(found);
    } catch (error) {
      console.error(error); // the other parts go on
    }
  }
}
