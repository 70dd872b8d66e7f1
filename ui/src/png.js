// A figure as PNG: its title, chart and legend as they are seen now, in the colours of the scheme that is seen.

import { button } from "./elements.js";

const SVG = "http://www.w3.org/2000/svg";
const SCALE = 2;
const MARGIN = 24;
const LINE = 1.4;
const SAMPLE = 20;
const LEAST_WIDTH = 600;
const MOST_PIXELS = 16_000;
const STYLES = [
  "display", "fill", "fill-opacity", "font-family", "font-size", "font-style", "font-weight", "dominant-baseline",
  "opacity", "paint-order", "stroke", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "stroke-opacity",
  "stroke-width", "text-anchor", "vector-effect", "visibility",
];

/** Put a button beside the link to the SVG of a figure, for the chart that is seen. */
export function offerPng(figure, seen) {
  const link = figure.querySelector("a[href*='.svg']");
  if (!link) return;
  const made = button({ class: "png" }, "PNG", async () => {
    made.disabled = true;
    try {
      save(await painted(composed(figure, seen())), nameOf(link));
      made.textContent = "PNG";
    } catch {
      made.textContent = "PNG failed";
    }
    made.disabled = false;
  });
  link.after(" ", made);
}

/** `foc-map-2015-05.png` from `plot/foc/map.svg?as_of=2015-05`. */
function nameOf(link) {
  const url = new URL(link.href);
  const parts = url.pathname.replace(/\.svg$/, "").split("/").slice(-2);
  return `${[...parts, url.searchParams.get("as_of")].filter(Boolean).join("-")}.png`;
}

/** The whole figure as one SVG that needs no style sheet. */
function composed(figure, svg) {
  const { width: natural, height: naturalHeight } = svg.viewBox.baseVal;
  const width = Math.max(natural, LEAST_WIDTH);
  const height = (naturalHeight * width) / natural;
  const whole = document.createElementNS(SVG, "svg");
  let top = MARGIN;

  const write = (element, left, size) => {
    const { color, fontFamily, fontWeight } = getComputedStyle(element);
    for (const line of lines(said(element), `${fontWeight} ${size}px ${fontFamily}`, width + MARGIN - left)) {
      top += size * LINE;
      whole.append(made("text", {
        x: left, y: top - size * 0.35, fill: color, "font-family": fontFamily, "font-size": size, "font-weight": fontWeight,
      }, line));
    }
  };
  const place = (chart, box) => {
    const copy = resolved(chart);
    for (const [name, value] of Object.entries(box)) copy.setAttribute(name, value);
    whole.append(copy);
  };

  const title = figure.querySelector("figcaption h3");
  if (title) write(title, MARGIN, 20);
  const about = figure.querySelector("figcaption .note");
  if (about) write(about, MARGIN, 12);
  for (const item of figure.querySelectorAll(".legend li")) {
    const sample = item.querySelector("svg");
    if (sample) place(sample, { x: MARGIN, y: top + 4, width: SAMPLE, height: SAMPLE * 0.7 });
    write(item, MARGIN + SAMPLE + 8, 14);
  }
  top += MARGIN / 2;
  place(svg, { x: MARGIN, y: top, width, height });
  top += height + MARGIN / 2;
  for (const note of figure.querySelectorAll(":scope > .note:not([hidden])")) write(note, MARGIN, 12);
  const size = { width: width + 2 * MARGIN, height: Math.ceil(top + MARGIN) };
  whole.prepend(made("rect", { ...size, fill: backgroundOf(figure) }));
  for (const [name, value] of Object.entries({ ...size, viewBox: `0 0 ${size.width} ${size.height}` })) {
    whole.setAttribute(name, value);
  }
  return whole;
}

/** A copy of a chart whose styles, from wherever they come, are attributes of its elements. */
function resolved(svg) {
  const copy = svg.cloneNode(true);
  const originals = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, index) => {
    const style = getComputedStyle(originals[index]);
    for (const name of STYLES) element.setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "style", "href", "tabindex"]) element.removeAttribute(name);
  });
  return copy;
}

/** A composed SVG in pixels. */
async function painted(svg) {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(svg))}`;
  await image.decode();
  const scale = Math.min(SCALE, MOST_PIXELS / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no PNG"))), "image/png");
  });
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function lines(text, font, width) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = font;
  const found = [];
  for (const word of text.split(" ")) {
    const longer = found.length ? `${found.at(-1)} ${word}` : word;
    if (found.length && context.measureText(longer).width <= width) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}

function said(element) {
  return element.textContent.replace(/\s+/g, " ").trim();
}

/** The first background around an element that is not transparent. */
function backgroundOf(element) {
  for (let one = element; one; one = one.parentElement) {
    const colour = getComputedStyle(one).backgroundColor;
    if (!/^(transparent|rgba\(.*, 0\))$/.test(colour)) return colour;
  }
  return "#fff";
}

function made(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}
