// Pictures that only the server draws, as of another date.

import { enlivenFigure } from "./figures.js";

/** Take over from the page at an address the figures that the script here cannot move. */
export async function redraw(address, signal) {
  const answer = await fetch(address, { signal, headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    const other = page.getElementById(figure.id);
    if (!other || figure.querySelector(".chart-data") || titleOf(other) === titleOf(figure)) continue;
    figure.replaceWith(other);
    enlivenFigure(other);
  }
}

function titleOf(figure) {
  return figure.querySelector("figcaption h3")?.textContent;
}
