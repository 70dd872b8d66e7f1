// The page of exercises: each query is run, and its answer is compared with that of the solution.

import { pageOf, showAnswer } from "./ask/answer.js";
import { element, isLive, root } from "./elements.js";
import { Engine } from "./engine/engine.js";
import { progress } from "./engine/progress.js";
import { verdict } from "./learn/verdict.js";
import { Endpoint } from "./sparql/endpoint.js";

const site = new URL(root() || "./", document.baseURI);
const source = isLive() ? new Endpoint(new URL("sparql", site).href) : new Engine(site);
for (const exercise of document.querySelectorAll(".exercise")) enliven(exercise);

function enliven(exercise) {
  const form = exercise.querySelector("form");
  const sending = form.querySelector(".sending");
  const answer = element("section", { hidden: true });
  const { told, asking, stop } = progress(source);
  sending.hidden = false;
  sending.append(" ", stop);
  form.append(told);
  form.after(answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    answer.hidden = true;
    asking(true);
    try {
      const given = await rows(form.elements.query.value);
      const { isRight, text } = verdict(given, await rows(exercise.querySelector("details code").textContent));
      const { page, base } = await pages();
      answer.hidden = false;
      showAnswer(answer, given, null, page, base);
      answer.querySelector("h2").replaceWith(element("h3", {}, "Your answer"));
      asking(false, text, isRight);
    } catch ({ message }) {
      asking(false, message);
    }
  });
}

async function rows(query) {
  const { text, type } = await source.ask(query);
  if (type !== "application/sparql-results+json") throw new Error("This gives a graph: write SELECT to get rows.");
  const found = JSON.parse(text);
  if (!found.results) throw new Error("This gives yes or no: write SELECT to get rows.");
  return found;
}

async function pages() {
  if (isLive()) return { page: (iri) => (/^https?:/.test(iri) ? iri : ""), base: "" };
  const about = await source.about();
  return { page: pageOf(about, root()), base: about.base };
}
