// The page of results in a static site, where no server answers the form.

import { element, root } from "./elements.js";
import { finder } from "./suggestions.js";

const MOST = 100;

/** List what the address asks for in place of a text, above the index. */
export async function showResults(lead) {
  const asked = new URLSearchParams(location.search).get("q")?.trim();
  if (!asked) return;
  for (const form of document.querySelectorAll("form[role=search]")) form.elements.q.value = asked;
  lead.setAttribute("role", "status");
  try {
    show(lead, asked, await finder(new URL(root() || "./", document.baseURI))(asked));
  } catch {
    lead.textContent = "The list of names cannot be read here: use the index below."; // such as a page on a disk
  }
}

function show(lead, asked, found) {
  const count = `${found.length || "No"} ${found.length === 1 ? "result" : "results"} for `;
  lead.replaceChildren(count, element("q", { dir: "auto" }, asked), found.length > MOST ? `, the first ${MOST}` : "");
  lead.after(element("ol", { class: "hits" }, ...found.slice(0, MOST).map(({ name, about, href }) => element(
    "li",
    {},
    element("p", { class: "kind" }, about),
    element("p", { dir: "auto" }, element("a", { href }, name)),
  ))));
}
