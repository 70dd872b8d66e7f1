// Completion of prefixes, classes and properties by those that the graph itself has.

import { folded } from "../elements.js";

const MOST = 100;
const WHERE = {
  class: "?thing a ?term",
  property: "?subject ?term ?object",
};

/** Autocompleters of YASQE, each with the one that it is made `from`; it asks nobody but the source of answers. */
export function completers(source, prefixes) {
  const declared = Object.entries(prefixes).map(([prefix, namespace]) => `${prefix}: <${namespace}>`);
  return [
    { from: "prefixes", name: "known-prefixes", persistenceId: null, get: () => declared },
    ...Object.entries(WHERE).map(([kind, pattern]) => terms(kind, pattern, source, prefixes)),
  ];
}

function terms(kind, pattern, source, prefixes) {
  let asked;
  const known = () => (asked ??= ask(source, pattern).catch(() => ((asked = undefined), [])));
  const shorter = (yasqe) => {
    const namespaces = Object.entries({ ...prefixes, ...yasqe.getPrefixesFromQuery() });
    return (iri) => {
      const [prefix, namespace] = namespaces.find(([, one]) => one && iri.startsWith(one)) ?? [];
      const local = namespace && iri.slice(namespace.length);
      return local && /^\w[\w-]*$/.test(local) ? `${prefix}:${local}` : `<${iri}>`;
    };
  };
  const labels = new Map();
  return {
    from: kind,
    name: `known-${kind}`,
    preProcessToken: (_, token) => ({ ...token, autocompletionString: token.string.trim().replace(/[<>]/g, "") }),
    get: async (yasqe, token) => {
      const short = shorter(yasqe);
      const begin = token.autocompletionString;
      const word = folded(begin);
      const found = (await known()).map(({ iri, label }) => ({ iri, text: short(iri), label }));
      for (const { text, label } of found) labels.set(text, label);
      const fits = [
        ...found.filter(({ iri, text }) => text.startsWith(begin) || iri.startsWith(begin)),
        ...(begin.includes(":") ? [] : found.filter(({ text, label }) => folded(`${text} ${label}`).includes(word))),
      ];
      return [...new Set(fits.map(({ text }) => text))].filter((text) => text !== begin).slice(0, MOST);
    },
    postProcessSuggestion: (_yasqe, _token, text) => text,
    postprocessHints: (_, hints) =>
      hints.map((hint) => ({ ...hint, displayText: [hint.text, labels.get(hint.text)].filter(Boolean).join("   ") })),
  };
}

/** What stands in a place of the graph's statements, the most frequent first, with its English label. */
async function ask(source, pattern) {
  const query = `PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?term (SAMPLE(?name) AS ?label)
WHERE {
  { SELECT ?term (COUNT(*) AS ?uses) WHERE { ${pattern} } GROUP BY ?term }
  OPTIONAL { ?term rdfs:label ?name FILTER(LANG(?name) = "en") }
}
GROUP BY ?term ?uses
ORDER BY DESC(?uses)
LIMIT 2000`;
  const { results } = JSON.parse((await source.ask(query)).text);
  return results.bindings.map(({ term, label }) => ({ iri: term.value, label: label?.value ?? "" }));
}
