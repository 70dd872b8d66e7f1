// The page of the SPARQL endpoint: the editor and the results of YASGUI take the place of its text field and its table.

import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./sparql/sparql.css";
import { element, freshId, root } from "./elements.js";
import { completers } from "./sparql/completion.js";
import { chooser } from "./sparql/examples.js";
import { inWords } from "./sparql/problems.js";
import { syntaxLine } from "./sparql/syntax.js";
import { Table } from "./sparql/table.js";

const { Yasqe, Yasr } = Yasgui;
const PAGE = "text/html"; // the format that is shown here; for others the form is sent as it is
const SHORT = 2000; // characters of a query that is sent by GET, which can be kept
const LONGEST = 30_000; // characters of a query that an address may hold

const form = document.querySelector("form.sparql");
if (form) enliven(form);

function enliven(form) {
  const field = form.elements.query;
  const { prefixes, base } = JSON.parse(document.getElementById("sparql-data").textContent);
  const endpoint = new URL(`${root()}sparql`, location.href).href;
  const graphs = [...form.querySelectorAll("input[type=hidden]")].map(({ name, value }) => ({ name, value }));

  const yasqe = makeEditor(field, endpoint, graphs, prefixes);
  form.querySelector(".sending").before(syntaxLine(yasqe, prefixes));
  const stop = element("button", { type: "button", hidden: true }, "Stop");
  form.querySelector("button").after(stop);
  form.prepend(chooser(endpoint, (query) => yasqe.setValue(query)));

  let results;
  const show = (response, duration) => {
    results ??= makeResults(form, yasqe, prefixes, base);
    results.setResponse(response, duration);
  };
  const asking = (is) => {
    stop.hidden = !is;
    form.setAttribute("aria-busy", String(is));
  };
  yasqe.on("query", () => {
    asking(true);
    const address = `?${new URLSearchParams([...graphs.map(({ name, value }) => [name, value]), ["query", yasqe.getValue()]])}`;
    history.replaceState(null, "", address.length > LONGEST ? location.pathname : address);
  });
  yasqe.on("queryResponse", (_, response, duration) => {
    asking(false);
    show(response, duration);
  });
  stop.addEventListener("click", () => yasqe.abortQuery());
  form.addEventListener("submit", (event) => {
    field.value = yasqe.getValue();
    if (form.elements.accept.value !== PAGE) return;
    event.preventDefault();
    yasqe.query().catch(() => {}); // which is told as a response
  });
}

/** An editor in the place of a text field, which stays in the form. */
function makeEditor(field, endpoint, graphs, prefixes) {
  const known = completers(endpoint, prefixes);
  for (const one of known) Yasqe.forkAutocompleter(one.from, one, false);
  const place = element("div", { class: "editor" });
  const height = `${Math.max(field.getBoundingClientRect().height, 200)}px`;
  field.after(place);
  field.hidden = true;
  field.required = false;
  const yasqe = new Yasqe(place, {
    value: field.value,
    editorHeight: height,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null, // the address of the page is one
    showQueryButton: false,
    autocompleters: ["variables", ...known.map(({ name }) => name)],
    extraKeys: { Tab: false, "Shift-Tab": false }, // these lead on, as on all of the page
    requestConfig: {
      endpoint,
      queryArgument: "query",
      method: (yasqe) => (yasqe.getValue().length > SHORT ? "POST" : "GET"),
      acceptHeaderGraph: "text/turtle",
      acceptHeaderSelect: "application/sparql-results+json",
      args: graphs,
    },
  });
  const input = yasqe.getInputField();
  input.setAttribute("aria-label", "Query in SPARQL");
  const hint = element("p", { class: "note", id: freshId("keys") }, "Ctrl+Enter asks, Ctrl+Space completes a name.");
  input.setAttribute("aria-describedby", hint.id);
  place.after(hint);
  field.labels[0]?.addEventListener("click", () => yasqe.focus());
  return yasqe;
}

/** A place for answers below the form, instead of what the page held there. */
function makeResults(form, yasqe, prefixes, base) {
  for (const one of document.querySelectorAll("#answer, #formats, .problem")) one.remove();
  const section = element("section", { id: "answer" }, element("h2", {}, "Answer"));
  form.after(section);
  Yasr.registerPlugin("table", Table);
  const yasr = new Yasr(section, {
    persistenceId: null,
    prefixes: () => ({ ...prefixes, ...yasqe.getPrefixesFromQuery() }),
    errorRenderers: [async (error) => element("p", { role: "alert" }, inWords(error.text))],
    base,
    root: new URL(root() || "./", location.href).href,
  });
  yasr.rootEl.querySelector(".yasr_external_ref_btn").remove(); // it leads to the manual of YASGUI
  yasr.rootEl.querySelector(".yasr_response_chip").setAttribute("role", "status");
  yasr.on("drawn", () => yasr.resultsEl.querySelector(".CodeMirror textarea")?.setAttribute("aria-label", "Response"));
  return yasr;
}
