// The stored queries, to begin with.

import { element, freshId } from "../elements.js";

/** A list to choose a stored query from, whose SPARQL is then handed on; hidden where they are not to be had. */
export function chooser(site, chosen) {
  const id = freshId("example");
  const select = element("select", { id }, element("option", { value: "" }, "Choose a question"));
  const line = element("p", { class: "examples" }, element("label", { for: id }, "Example"), select);
  const queries = new Map();
  select.addEventListener("change", () => select.value && chosen(queries.get(select.value)));
  read(site).then((found) => {
    line.hidden = !found.length;
    const areas = new Map();
    for (const { area, name, question, query } of found) {
      queries.set(name, query);
      if (!areas.has(area)) areas.set(area, element("optgroup", { label: area }));
      areas.get(area).append(element("option", { value: name }, question));
    }
    select.append(...areas.values());
  });
  return line;
}

async function read(site) {
  const answer = await fetch(new URL("sparql/examples.json", site)).catch(() => null);
  return answer?.ok ? await answer.json() : [];
}
