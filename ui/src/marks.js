// Marks of charts: elements of an SVG with a `<title>`. Each tells its text to a pointer, the keyboard and touch.
//
// The marks of a chart are one stop of the Tab key; arrow keys go from one to the next, Escape closes the text.

import { computePosition, flip, offset, shift } from "@floating-ui/dom";
import { element } from "./elements.js";

const LEAVE_MS = 200;
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const HELP = "Arrow keys go from mark to mark.";

const texts = new WeakMap();
const tooltip = element("div", { class: "tooltip", role: "tooltip", "aria-hidden": "true", hidden: true });
let shown = null;
let place = null;
let leaving = 0;
let pointer = "mouse";

/** What a mark says. */
export function textOf(mark) {
  return texts.get(mark) ?? mark.querySelector(":scope > title")?.textContent ?? "";
}

/** Let a mark say something else from now on. */
export function tell(mark, text) {
  texts.set(mark, text);
  const stop = holder(mark);
  const isNamed = stop.localName === "a" && stop.textContent.trim(); // the name that is seen stays that of the link
  stop.setAttribute(isNamed ? "aria-description" : "aria-label", text);
  if (shown === mark) tooltip.textContent = text;
}

/** Make the marks of a chart tell their texts; `focused` is called with a mark that the keyboard has reached. */
export function enliven(svg, focused = () => {}) {
  const marks = [...svg.querySelectorAll(":not(svg) > title")].map((title) => title.parentElement);
  if (!marks.length) return;
  for (const mark of marks) {
    const text = textOf(mark);
    mark.querySelector(":scope > title").remove();
    tell(mark, text);
    const stop = holder(mark);
    if (stop === mark) stop.setAttribute("role", "img");
    stop.setAttribute("tabindex", "-1");
    watch(mark, stop, focused);
  }
  const stops = [...new Set(marks.map(holder))];
  stops[0].setAttribute("tabindex", "0");
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", [svg.getAttribute("aria-label"), HELP].filter(Boolean).join(" "));
  svg.addEventListener("keydown", (event) => move(event, stops));
  document.body.append(tooltip);
}

/** Close the text that is open. */
export function hide() {
  clearTimeout(leaving);
  shown = null;
  tooltip.hidden = true;
}

/** What has the focus for a mark: the link around it, the first one in it, or the mark. */
function holder(mark) {
  return mark.closest("a") ?? mark.querySelector("a") ?? mark;
}

function watch(mark, stop, focused) {
  mark.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "touch") show(mark, at(event));
  });
  mark.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch" && shown !== mark) show(mark, at(event));
  });
  mark.addEventListener("pointerleave", (event) => {
    if (event.pointerType !== "touch") leave();
  });
  stop.addEventListener("focus", () => {
    if (!stop.matches(":focus-visible")) return;
    focused(mark);
    show(mark, mark);
  });
  stop.addEventListener("blur", hide);
  stop.addEventListener("click", (event) => {
    if (pointer !== "touch" || shown === mark) return;
    event.preventDefault(); // the first touch tells, the second follows the link
    show(mark, at(event));
  });
}

/** Open the text of a mark beside a place: an element, or where a pointer is. */
function show(mark, beside) {
  clearTimeout(leaving);
  [shown, place] = [mark, beside];
  tooltip.textContent = textOf(mark);
  tooltip.hidden = false;
  put();
}

async function put() {
  const { x, y } = await computePosition(place, tooltip, {
    strategy: "fixed",
    placement: "top",
    middleware: [offset(10), flip(), shift({ padding: 8 })],
  });
  Object.assign(tooltip.style, { left: `${x}px`, top: `${y}px` });
}

/** Close after a while in which the pointer can reach the text itself. */
function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(hide, LEAVE_MS);
}

/** The place of a pointer, as what a text is placed by. */
function at({ clientX, clientY }) {
  return { getBoundingClientRect: () => new DOMRect(clientX, clientY, 0, 0) };
}

function move(event, stops) {
  const index = stops.indexOf(document.activeElement);
  if (index < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const last = stops.length - 1;
  const step = STEPS[event.key];
  const next = step ? Math.min(last, Math.max(0, index + step)) : { Home: 0, End: last }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  stops[index].setAttribute("tabindex", "-1");
  stops[next].setAttribute("tabindex", "0");
  stops[next].focus({ preventScroll: true });
  stops[next].scrollIntoView({ block: "nearest", inline: "nearest" });
}

tooltip.addEventListener("pointerenter", () => clearTimeout(leaving));
tooltip.addEventListener("pointerleave", leave);
document.addEventListener("pointerdown", (event) => {
  pointer = event.pointerType;
  if (!event.target.closest?.("svg") && event.target !== tooltip) hide();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shown) hide();
});
for (const name of ["scroll", "resize"]) {
  addEventListener(name, () => {
    if (shown) place instanceof Element ? put() : hide();
  }, { passive: true, capture: true });
}
