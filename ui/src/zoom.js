// Zoom and pan of a map: by buttons, by two fingers, by Ctrl and the wheel. One finger and the wheel scroll the page.

import { select } from "d3-selection";
import { zoom, zoomIdentity, zoomTransform } from "d3-zoom";
import { button, element } from "./elements.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST = 12;
const STEP = 1.6;
const PAN = 0.2;
const PANS = [["left", "←", 1, 0], ["up", "↑", 0, 1], ["down", "↓", 0, -1], ["right", "→", -1, 0]];

/** Let readers zoom a chart; the answer brings a mark into view. */
export function zoomable(svg, drawing) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  const content = document.createElementNS(SVG, "g");
  content.append(...svg.childNodes);
  svg.append(content);
  const points = [...content.querySelectorAll("circle[r]")].map((one) => [one, Number(one.getAttribute("r"))]);
  const chosen = select(svg);
  const behaviour = zoom()
    .extent([[x, y], [x + width, y + height]])
    .translateExtent([[x, y], [x + width, y + height]])
    .scaleExtent([1, MOST])
    .clickDistance(4)
    .filter(isMeant)
    .on("zoom", ({ transform }) => {
      content.setAttribute("transform", transform);
      for (const [circle, radius] of points) circle.setAttribute("r", radius / transform.k);
      update(transform.k);
    });
  chosen.call(behaviour).on("dblclick.zoom", null);
  svg.classList.add("zoomable");

  const press = (label, text, act) => button({ "aria-label": label, title: label }, text, (event) => {
    if (event.currentTarget.getAttribute("aria-disabled") !== "true") act();
  });
  const nearer = press("Zoom in", "+", () => chosen.call(behaviour.scaleBy, STEP));
  const farther = press("Zoom out", "−", () => chosen.call(behaviour.scaleBy, 1 / STEP));
  const whole = press("Show the whole map", "⤢", () => chosen.call(behaviour.transform, zoomIdentity));
  const pans = PANS.map(([side, text, right, down]) => press(`Move ${side}`, text, () => {
    const { k } = zoomTransform(svg);
    chosen.call(behaviour.translateBy, (right * width * PAN) / k, (down * height * PAN) / k);
  }));
  drawing.before(element("div", { class: "zoom", role: "group", "aria-label": "Zoom" }, nearer, farther, whole, ...pans));

  function update(scale) {
    nearer.setAttribute("aria-disabled", scale >= MOST);
    for (const one of [farther, whole, ...pans]) one.setAttribute("aria-disabled", scale <= 1);
  }
  update(1);

  return function bringIntoView(mark) {
    const transform = zoomTransform(svg);
    if (transform.k === 1) return;
    const box = mark.getBBox();
    const centre = [box.x + box.width / 2, box.y + box.height / 2];
    const [left, top] = transform.apply(centre);
    if (left > x && left < x + width && top > y && top < y + height) return;
    chosen.call(behaviour.translateTo, ...centre);
  };
}

/** Whether an event is meant for the map, and not for the page. */
function isMeant(event) {
  if (event.type === "wheel") return event.ctrlKey || event.metaKey;
  if (event.type.startsWith("touch")) return event.touches.length > 1;
  return !event.button && !event.ctrlKey;
}
