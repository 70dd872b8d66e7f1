// The page of results in a release: a question in words is answered above the names, in this browser.

import { showAnswer } from "./ask/answer.js";
import { bound } from "./ask/binding.js";
import { today } from "./ask/dates.js";
import { ValueError, Values } from "./ask/values.js";
import { element, root } from "./elements.js";
import { Engine, EngineError } from "./engine/engine.js";
import { progress } from "./engine/progress.js";
import { releasedPages } from "./pages.js";
import { Reader } from "./questions/reading.js";
import { restate, summarise } from "./questions/sentences.js";

const asked = new URLSearchParams(location.search).get("q")?.trim();
const lead = document.querySelector(".search-lead");
if (asked && lead) answer(asked);

async function answer(text) {
  const engine = new Engine(new URL(root() || "./", document.baseURI));
  let rules;
  try {
    rules = await engine.rules();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return; // the names are there without it
  }
  const { call, confidence, alternatives, about } = new Reader(rules).read(text, today());
  const others = alternatives.map((one) => element("li", {}, element("a", { href: addressOf(one) }, restate(one, rules))));
  if (call) await show(engine, call, restate(call, rules), rules.things.find(({ slug }) => slug === about));
  if (others.length && (call || confidence >= rules.numbers.FLOOR)) {
    lead.before(element("p", {}, call ? "Or:" : "This may mean:"), element("ul", {}, ...others));
  }
}

/** Show what was understood and its answer above the names: of rows those about a `thing`, if there is one. */
async function show(engine, call, understood, thing) {
  const form = element("form", {}, element("button", { hidden: true }));
  const section = element("section", { id: "answer" }, form);
  const summary = element("p", { role: "status" });
  lead.before(element("h2", {}, element("a", { href: addressOf(call) }, understood)), summary, section);
  const asking = progress(engine, form);
  asking(true);
  try {
    const question = await questionOf(call);
    const { text } = await bound(question, pairs(call), new Values(engine));
    const result = await engine.ask(text);
    const about = await engine.about();
    asking(false);
    const found = thing ? { ...result, text: picked(result.text, [about.base, about.shared].map((base) => `${base}id/${thing.slug}`)) } : result;
    showAnswer(section, found, { columns: question.columns }, releasedPages(about, root()), about);
    const { results } = result.type === "text/turtle" ? {} : JSON.parse(found.text);
    if (results) summary.textContent = summarise(understood, results.bindings, thing?.label, question.counts);
  } catch (error) {
    asking(false, error.message);
    if (!(error instanceof ValueError || error instanceof EngineError)) throw error;
  }
}

/** The rows of an answer that have one of some IRIs. */
function picked(text, iris) {
  const answer = JSON.parse(text);
  const bindings = answer.results.bindings.filter((row) => Object.values(row).some(({ value }) => iris.includes(value)));
  return JSON.stringify({ ...answer, results: { bindings } });
}

/** A stored query, as its page has it. */
async function questionOf({ query }) {
  const path = `query/${query}.html`;
  const response = await fetch(root() + path).catch(() => null);
  if (!response?.ok) throw new EngineError(`${path} could not be fetched: check the connection, and reload the page.`);
  const question = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("question");
  if (!question) throw new EngineError(`${query} asks other servers, which this page does not: use \`foc query\`.`);
  return JSON.parse(question.textContent);
}

function pairs({ parameters }) {
  return Object.entries(parameters).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
}

/** The page of a call, which answers it. */
function addressOf(call) {
  return `${root()}query/${call.query}.html?${new URLSearchParams(pairs(call))}`;
}
