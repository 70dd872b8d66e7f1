// An endpoint that answers queries over HTTP, as the engine does in the browser.

import { inWords } from "./problems.js";

const SHORT = 2000; // characters of a query that is sent by GET, which can be kept
const ACCEPTED = "application/sparql-results+json, text/turtle;q=0.9";

export class EndpointError extends Error {}

export class Endpoint {
  #asked = new Set();

  /** `graphs` are the parameters `[name, value]` that choose the graphs of all queries. */
  constructor(address, graphs = []) {
    this.address = address;
    this.graphs = graphs;
  }

  /** Answer a query: `{text, type}`. Throws an EndpointError that says in a line what is wrong. */
  async ask(query) {
    const asked = new AbortController();
    this.#asked.add(asked);
    const form = new URLSearchParams([...this.graphs, ["query", query]]);
    const options = { headers: { Accept: ACCEPTED }, signal: asked.signal };
    try {
      const response = await (query.length > SHORT
        ? fetch(this.address, { ...options, method: "POST", body: form })
        : fetch(`${this.address}?${form}`, options));
      const text = await response.text();
      if (!response.ok) throw new EndpointError(inWords(text));
      return { text, type: response.headers.get("Content-Type")?.split(";")[0] };
    } catch (error) {
      throw error instanceof EndpointError ? error : new EndpointError(inWords(error.name === "AbortError" ? "abort" : ""));
    } finally {
      this.#asked.delete(asked);
    }
  }

  /** Stop what is being answered. */
  stop() {
    for (const one of this.#asked) one.abort();
  }
}
