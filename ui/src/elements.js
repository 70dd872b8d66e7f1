// Elements made as elements: texts and attributes of data are never parsed as HTML.

let count = 0;

/** An HTML element with attributes and children; an attribute that is false is left out. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** A button that submits nothing; what it does is called with the click. */
export function button(attributes, text, pressed) {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", pressed);
  return made;
}

/** An id that no other element has. */
export function freshId(stem) {
  do count += 1;
  while (document.getElementById(`${stem}-${count}`));
  return `${stem}-${count}`;
}

/** An element that tells screen readers each text that is put into it. */
export function status(attributes = {}) {
  return element("span", { role: "status", "aria-live": "polite", ...attributes });
}

/** A text as it is compared when people search: without case and accents. */
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/** What leads from this page to the root of the site: empty, or `../` as often as need be. */
export function root() {
  return document.documentElement.dataset.root ?? "";
}

/** Whether a server answers behind this page, and not files alone. */
export function isLive() {
  return "live" in document.documentElement.dataset;
}
