// The page of a stored query in a release: its form is answered in this browser.

import { showAnswer } from "./ask/answer.js";
import { answered } from "./ask/answered.js";
import { bound } from "./ask/binding.js";
import { ValueError, Values } from "./ask/values.js";
import { element, root } from "./elements.js";
import { Engine, EngineError } from "./engine/engine.js";
import { progress } from "./engine/progress.js";
import { releasedPages } from "./pages.js";

const form = document.querySelector("form.question");
if (form) enliven(form);

function enliven(form) {
  const question = JSON.parse(document.getElementById("question").textContent);
  const engine = new Engine(new URL(root() || "./", document.baseURI));
  const values = new Values(engine);
  const asking = progress(engine, form);
  let latest = 0;
  let address = location.search;
  form.hidden = false;

  const ask = async (given, isNew) => {
    latest += 1;
    const mine = latest;
    asking(true);
    try {
      const { exact, text, unknown } = await bound(question, given, values);
      const result = await engine.ask(text);
      const about = await engine.about();
      if (mine !== latest) return;
      history[isNew ? "pushState" : "replaceState"](null, "", `?${new URLSearchParams(exact)}`);
      address = location.search;
      fill(form, exact);
      const said = showAnswer(newSection(), result, question, releasedPages(about, root()), about);
      answered(engine, asking, question.name, text, result);
      asking(false, unknown.length ? `${said}; without ${unknown.join(", ")}, which this query does not have` : said, true);
    } catch (error) {
      if (mine !== latest) return;
      asking(false, error.message);
      if (!(error instanceof ValueError || error instanceof EngineError)) throw error;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(filled(new FormData(form)), true);
  });
  const askAddress = () => {
    const given = filled(new URLSearchParams(location.search));
    if (!given.length) return;
    fill(form, given);
    ask(given, false);
  };
  addEventListener("popstate", () => {
    if (location.search === address) return; // a link within the page
    address = location.search;
    if (address) askAddress();
    else location.reload();
  });
  askAddress();
}

function filled(pairs) {
  return [...pairs].filter(([, value]) => value.trim());
}

/** Show what was read in the form. */
function fill(form, exact) {
  const left = new Map();
  for (const [name, value] of exact) left.set(name, [...(left.get(name) ?? []), value]);
  for (const input of form.elements) {
    if (!input.name) continue;
    const value = left.get(input.name)?.shift() ?? "";
    if (input.tagName === "SELECT" && ![...input.options].some((one) => one.value === value)) input.append(element("option", { value }, value));
    input.value = value;
  }
}

/** An empty section in the place of the answer, without what belonged to the one before. */
function newSection() {
  const section = element("section", { id: "answer" });
  for (const id of ["answer", "chart", "example"]) document.getElementById(id)?.remove();
  document.getElementById("calls").before(section);
  return section;
}
