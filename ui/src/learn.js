// The page of exercises: each query is run, and its answer is compared with that of the solution.

import { showAnswer } from "./ask/answer.js";
import { element, isLive, root } from "./elements.js";
import { Engine } from "./engine/engine.js";
import { progress } from "./engine/progress.js";
import { verdict } from "./learn/verdict.js";
import { releasedPages, servedPages } from "./pages.js";
import { Endpoint } from "./sparql/endpoint.js";

const site = new URL(root() || "./", document.baseURI);
const source = isLive() ? new Endpoint(new URL("sparql", site).href) : new Engine(site);
for (const exercise of document.querySelectorAll(".exercise")) enliven(exercise);

function enliven(exercise) {
  const form = exercise.querySelector("form");
  const answer = element("section", { hidden: true });
  const asking = progress(source, form);
  form.querySelector(".sending").hidden = false;
  form.after(answer);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    answer.hidden = true;
    asking(true);
    try {
      const given = await source.ask(form.elements.query.value);
      const right = await source.ask(exercise.querySelector("details code").textContent);
      const { isRight, text } = verdict(rows(given), rows(right));
      const about = isLive() ? { base: "", prefixes: {} } : await source.about();
      const page = isLive() ? servedPages("", root()) : releasedPages(about, root());
      answer.hidden = false;
      showAnswer(answer, given, null, page, about);
      answer.querySelector("h2").replaceWith(element("h3", {}, "Your answer"));
      asking(false, text, isRight);
    } catch ({ message }) {
      asking(false, message);
    }
  });
}

function rows({ text, type }) {
  const found = type === "application/sparql-results+json" ? JSON.parse(text) : {};
  if (!found.results) throw new Error("This gives no rows: write SELECT.");
  return found;
}
