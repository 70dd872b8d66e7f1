// The page of a stored query in a release: its form is answered in this browser.

import { answered } from "./ask/answered.js";
import { bind } from "./ask/binding.js";
import { pageOf, showAnswer } from "./ask/answer.js";
import { ValueError, Values } from "./ask/values.js";
import { element, root } from "./elements.js";
import { Engine, EngineError } from "./engine/engine.js";
import { progress } from "./engine/progress.js";

const form = document.querySelector("form.question");
if (form) enliven(form);

function enliven(form) {
  const question = JSON.parse(document.getElementById("question").textContent);
  const engine = new Engine(new URL(root() || "./", document.baseURI));
  const values = new Values(engine);
  const { told, asking, stop } = progress(engine);
  form.hidden = false;
  form.querySelector("button").after(stop);
  form.append(told);

  const ask = async (given, isNew) => {
    asking(true);
    try {
      const { exact, text } = await bound(question, given, values);
      const result = await engine.ask(text);
      history[isNew ? "pushState" : "replaceState"](null, "", `?${new URLSearchParams(exact)}`);
      fill(form, exact);
      await show(result, text, engine, question);
      asking(false);
    } catch (error) {
      if (!(error instanceof ValueError || error instanceof EngineError)) throw error;
      asking(false, error.message);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask([...new FormData(form)].filter(([, value]) => value.trim()), true);
  });
  const fromAddress = () => {
    const given = [...new URLSearchParams(location.search)].filter(([, value]) => value.trim());
    if (!given.length) return;
    fill(form, given);
    ask(given, false);
  };
  addEventListener("popstate", () => (location.search ? fromAddress() : location.reload()));
  fromAddress();
}

/** The query with what was given bound, and that in its exact form. */
async function bound({ pieces, parameters }, given, values) {
  const names = new Map(parameters.map((one) => [one.name, one]));
  const unknown = given.find(([name]) => !names.has(name));
  if (unknown) throw new ValueError(`There is no parameter ${unknown[0]}: there are ${[...names.keys()].join(", ") || "none"}`);
  const exact = [];
  const rows = [];
  for (const one of parameters) {
    const typed = given.filter(([name]) => name === one.name).map(([, value]) => value.trim());
    if (typed.length > 1 && !one.repeatable) throw new ValueError(`${one.name} takes one value, not ${typed.length}`);
    const read = await Promise.all((typed.length || !one.default ? typed : [one.default]).map((value) => values.read(one, value)));
    if (new Set(read.map((each) => each.exact)).size < (one.required || typed.length ? one.min : 0)) {
      throw new ValueError(one.min > 1 ? `${one.name}: give at least ${one.min} different values` : `Fill in ${one.name}: ${one.description}`);
    }
    if (typed.length) exact.push(...read.map((each) => [one.name, each.exact]));
    rows.push([one.variables, read.map(({ terms }) => terms)]);
  }
  return { exact, text: bind(pieces, rows) };
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

async function show(result, text, engine, { name, columns }) {
  const { base, ...about } = await engine.about();
  const section = element("section", { id: "answer" });
  for (const id of ["answer", "chart", "example"]) document.getElementById(id)?.remove();
  document.getElementById("calls").before(section);
  const page = pageOf({ base, ...about }, root());
  if (result.type === "text/turtle") section.replaceChildren(element("h2", {}, "Answer"), element("pre", { tabindex: "0" }, result.text));
  else showAnswer(section, JSON.parse(result.text), columns, page, { base, ...about });
  answered(engine, name, text, result);
}
