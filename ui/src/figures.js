// Figures: what their marks say, and the zoom of maps.

import { enliven } from "./marks.js";
import { offerPng } from "./png.js";
import { zoomable } from "./zoom.js";

/** Make a figure answer to its reader. */
export function enlivenFigure(figure) {
  const drawing = figure.querySelector(".drawing");
  const [svg, narrow] = drawing?.querySelectorAll(":scope > svg") ?? [];
  if (!svg) return;
  const focused = figure.dataset.chart === "map" ? zoomable(svg, drawing) : undefined;
  enliven(svg, focused);
  if (narrow) enliven(narrow);
  offerPng(figure, () => (narrow?.checkVisibility() ? narrow : svg));
}
