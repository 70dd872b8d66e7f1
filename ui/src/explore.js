// What makes pages lively. Each part looks for what it works on; a page without it, and without this, is whole.

import { enlivenDate } from "./as-of.js";
import { offerCopy } from "./copying.js";
import { enlivenFigure } from "./figures.js";
import { showResults } from "./results.js";
import { enlivenSearch } from "./search.js";
import { enlivenTable } from "./tables.js";

/** Open what hides the place that the address names. */
function reveal() {
  const target = document.getElementById(location.hash.slice(1));
  const folded = target?.closest("details") ?? target?.querySelector(":scope > details");
  if (folded && !folded.open) {
    folded.open = true;
    target.scrollIntoView();
  }
}

const PARTS = [
  ["figure[data-chart]", enlivenFigure],
  ["form.as-of", enlivenDate],
  ["main table", enlivenTable],
  ["form[role=search]", enlivenSearch],
  ["html:not([data-live]) .search-lead", showResults],
  [".identity p > code, .citation, .copied", offerCopy],
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

addEventListener("hashchange", reveal);
reveal();
