// Pictures that only the server draws, as of another date.

import { enlivenFigure } from "./figures.js";

/** Take over from the page at an address the figures that the script here cannot move. */
export async function redraw(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    const other = page.getElementById(figure.id);
    if (!other || figure.querySelector(".chart-data") || about(other) === about(figure)) continue;
    figure.replaceWith(other);
    enlivenFigure(other);
  }
}

/** What a figure shows, and as of when. */
function about(figure) {
  return figure.querySelector("figcaption")?.textContent;
}
