// The page of the SPARQL endpoint: the editor and the results of YASGUI take the place of its text field and its table.

import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./sparql/sparql.css";
import { element, freshId, isLive, root } from "./elements.js";
import { Engine } from "./engine/engine.js";
import { progress } from "./engine/progress.js";
import { releasedPages, servedPages } from "./pages.js";
import { completers } from "./sparql/completion.js";
import { Endpoint } from "./sparql/endpoint.js";
import { chooser } from "./sparql/examples.js";
import { syntaxLine } from "./sparql/syntax.js";
import { Table } from "./sparql/table.js";

const { Yasqe, Yasr } = Yasgui;
const PAGE = "text/html"; // the format that is shown here; for others the form is sent as it is
const LONGEST = 30_000; // characters of a query that an address may hold

const form = document.querySelector("form.sparql");
if (form) enliven(form);

function enliven(form) {
  const field = form.elements.query;
  const { prefixes, base } = JSON.parse(document.getElementById("sparql-data").textContent);
  const site = new URL(root() || "./", location.href);
  const graphs = [...form.querySelectorAll("input[type=hidden]")].map(({ name, value }) => [name, value]);
  const source = isLive() ? new Endpoint(new URL("sparql", site).href, graphs) : new Engine(site);
  const given = isLive() ? null : new URLSearchParams(location.search).get("query");
  if (given) field.value = given;

  const yasqe = makeEditor(field, source, prefixes, () => ask());
  form.querySelector(".sending").before(syntaxLine(yasqe, prefixes));
  const asking = progress(source, form);
  form.prepend(chooser(site, (query) => yasqe.setValue(query)));

  let results;
  let latest = 0;
  const ask = async () => {
    if (form.getAttribute("aria-busy") === "true") source.stop();
    latest += 1;
    const mine = latest;
    const query = yasqe.getValue();
    const address = `?${new URLSearchParams([...graphs, ["query", query]])}`;
    history.replaceState(null, "", address.length > LONGEST ? location.pathname : address);
    asking(true);
    form.setAttribute("aria-busy", "true");
    const start = performance.now();
    const answer = await source.ask(query).then(
      ({ text, type }) => ({ data: text, contentType: type, status: 200 }),
      ({ message }) => ({ error: { text: message } }),
    );
    if (mine !== latest) return;
    asking(false);
    form.setAttribute("aria-busy", "false");
    results ??= makeResults(form, yasqe, { prefixes, base, page: await pages(source, base) });
    results.setResponse({ ...answer, executionTime: performance.now() - start });
  };
  form.addEventListener("submit", (event) => {
    field.value = yasqe.getValue();
    if (isLive() && form.elements.accept.value !== PAGE) return;
    event.preventDefault();
    ask();
  });
  if (given) ask();
}

/** An editor in the place of a text field, which stays in the form. */
function makeEditor(field, source, prefixes, ask) {
  const known = completers(source, prefixes);
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
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": ask, "Cmd-Enter": ask }, // Tab leads on, as on all of the page
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
function makeResults(form, yasqe, { prefixes, base, page }) {
  for (const one of document.querySelectorAll("#answer, #formats, .problem")) one.remove();
  const section = element("section", { id: "answer" }, element("h2", {}, "Answer"));
  form.after(section);
  Yasr.registerPlugin("table", Table);
  const yasr = new Yasr(section, {
    persistenceId: null,
    prefixes: () => ({ ...prefixes, ...yasqe.getPrefixesFromQuery() }),
    errorRenderers: [async (error) => element("p", { role: "alert" }, error.text)],
    base,
    page,
  });
  yasr.rootEl.querySelector(".yasr_external_ref_btn").remove(); // it leads to the manual of YASGUI
  yasr.rootEl.querySelector(".yasr_response_chip").setAttribute("role", "status");
  yasr.on("drawn", () => yasr.resultsEl.querySelector(".CodeMirror textarea")?.setAttribute("aria-label", "Response"));
  return yasr;
}

/** What leads from an IRI to its page; that of a release whose description does not come leads nowhere. */
async function pages(source, base) {
  if (isLive()) return servedPages(base, root());
  const about = await source.about().catch(() => null);
  return about ? releasedPages(about, root()) : () => "";
}
