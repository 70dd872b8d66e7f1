// Search with suggestions: an editable combobox with a list, as the ARIA Authoring Practices Guide describes it.

import { element, freshId, isLive, root, status } from "./elements.js";
import { suggestions } from "./suggestions.js";

const WAIT_MS = 150;

/** Make the search form of a page suggest things by name. */
export function enlivenSearch(form) {
  const input = form.elements.q;
  if (!input) return;
  const list = element("ul", { role: "listbox", id: freshId("suggestions"), "aria-label": "Suggestions", hidden: true });
  const told = status({ class: "unseen" });
  const suggest = suggestions(new URL(root() || "./", document.baseURI), isLive());
  let hrefs = [];
  let active = -1;
  let waiting = 0;
  let asked = null;

  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
    autocomplete: "off",
  })) input.setAttribute(name, value);
  form.append(list, told);

  function close() {
    clearTimeout(waiting);
    asked?.abort();
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function choose(index) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = list.children[index];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function open(found) {
    list.replaceChildren(...found.map(({ name, about, href }, index) => {
      const option = element("li", { role: "option", id: `${list.id}-${index}`, "aria-selected": "false" });
      option.append(element("span", { dir: "auto" }, name));
      if (about) option.append(" ", element("span", { class: "note", dir: "auto" }, about));
      option.addEventListener("click", () => go(href));
      return option;
    }));
    choose(-1);
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    told.textContent = found.length ? `${found.length} suggestions` : "No suggestions";
    hrefs = found.map(({ href }) => href);
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    const text = input.value.trim();
    if (!text) return close();
    try {
      const found = await suggest(text, signal);
      if (!signal.aborted) open(found);
    } catch {
      if (!signal.aborted) close(); // the form itself still searches
    }
  }

  function later() {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT_MS);
  }

  input.addEventListener("input", (event) => {
    if (!event.isComposing) later();
  });
  input.addEventListener("compositionend", later);
  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && !list.hidden) {
      close();
    } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
      go(hrefs[active]);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return void ask();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((active + 1 + step + count + 1) % (count + 1)) - 1); // through all, and the input itself
    } else {
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) choose(-1);
      return;
    }
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the input
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);


  function go(href) {
    close();
    location.assign(href);
  }
}
