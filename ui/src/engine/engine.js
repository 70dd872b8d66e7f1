// Answers SPARQL in this browser, from the files of a release.

import { EngineError, read, readJson, unpacked } from "./files.js";
import { asksOthers, formOf } from "./syntax.js";

const ABOUT = "engine.json";
const NEEDED = ["Worker", "WebAssembly", "DecompressionStream", "BigInt64Array"];
const LACKING = "assets/engine.js cannot be run here: it is missing, or the server's content security policy forbids it.";
const STOPPED = "The query was stopped.";
const SPENT = "The query needs more memory than there is here: narrow it down, or ask with `foc sparql`.";
const LARGE = "The graph is too large for this browser: ask with `foc query`, or take the downloads.";
const DEEP = "The query is nested too deeply: write it with fewer brackets.";
const PLACE = /^error at (\d+):(\d+): /;

export { EngineError };

export class Engine {
  #site;
  #asked = new Set();
  #pending = new Map();
  #number = 0;
  #about;
  #files;
  #worker;
  #opened;

  /** Called with the share of the files that has come, and how many bytes they have; without, when all is open. */
  told = () => {};

  /** `site` is the address of the root of the release. */
  constructor(site) {
    this.#site = site;
  }

  /** What the release says of itself: `base`, `prefixes`, the files, and how pages are named. */
  async about() {
    if (this.#site.protocol === "file:") throw new EngineError("A page on a disk cannot read the graph: send its folder by a web server.");
    if (NEEDED.some((name) => !(name in globalThis))) throw new EngineError("This browser is too old to answer here: take a newer one.");
    this.#about ??= readJson(this.#site, ABOUT);
    this.#about.catch(() => (this.#about = undefined));
    return this.#about;
  }

  /** The rules by which questions in words are read. */
  async rules() {
    const { rules } = await this.about();
    return JSON.parse(new TextDecoder().decode(await unpacked(await read(this.#site, rules, () => {}))));
  }

  /**
   * Answer a query: `{text, type}`, in a media type if one is asked for.
   * Throws an EngineError that says in a line what is wrong.
   */
  async ask(query, format) {
    let stop;
    const stopped = new Promise((_, reject) => (stop = (message) => reject(new EngineError(message))));
    this.#asked.add(stop);
    try {
      return await Promise.race([this.#answer(query, format), stopped]);
    } finally {
      this.#asked.delete(stop);
    }
  }

  /** Stop what is being answered or opened; the next question starts the engine anew, from the files that came. */
  stop(message = STOPPED) {
    this.#worker?.terminate();
    this.#worker = this.#opened = undefined;
    this.#pending.clear();
    for (const stop of this.#asked) stop(message);
  }

  async #answer(query, format) {
    if (asksOthers(query)) throw new EngineError("SERVICE asks other servers, which this page does not: use `foc query`.");
    const { base, prefixes } = await this.about();
    await (this.#opened ??= this.#open());
    const prologue = Object.entries(prefixes).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>`).join(" ");
    const { problem, spent, ...answer } = await this.#send({ query: `${prologue}\n${query}`, base, format });
    if (spent) this.stop(spent === "stack" ? DEEP : SPENT);
    if (problem) throw new EngineError(inWords(query, problem));
    return answer;
  }

  async #open() {
    const worker = new Worker(new URL("assets/engine.js", this.#site));
    this.#worker = worker;
    worker.addEventListener("error", () => this.#worker === worker && this.stop(LACKING));
    worker.addEventListener("message", ({ data: { number, ...answer } }) => {
      this.#pending.get(number)?.(answer);
      this.#pending.delete(number);
    });
    try {
      const open = await this.#read();
      if (this.#worker !== worker) throw new EngineError(STOPPED);
      const { problem, spent } = await this.#send({ open });
      if (problem) throw new EngineError(spent ? LARGE : `The graph cannot be opened here: ${problem}`);
      this.told();
    } catch (error) {
      if (this.#worker === worker) this.stop(error.message);
      throw error;
    }
  }

  /** The files, which are fetched once, unless they fail. */
  #read() {
    this.#files ??= this.#fetch();
    this.#files.catch(() => (this.#files = undefined));
    return this.#files;
  }

  async #fetch() {
    const { engine, dump } = await this.about();
    const total = engine.bytes + dump.bytes;
    let come = 0;
    const told = (bytes) => this.told((come += bytes) / total, total);
    const [first, second] = await Promise.all([read(this.#site, engine, told), read(this.#site, dump, told)]);
    return { engine: first, dump: second };
  }

  #send(message) {
    this.#number += 1;
    const number = this.#number;
    return new Promise((resolve) => {
      this.#pending.set(number, resolve);
      this.#worker.postMessage({ number, ...message });
    });
  }
}

/** What the engine says is wrong with a query, as `foc sparql` words it; the engine saw a line of prefixes before. */
function inWords(query, problem) {
  const [, line, column] = PLACE.exec(problem) ?? [];
  if (!line) return problem;
  if (!formOf(query)) return `not a SPARQL 1.1 query: write SELECT, ASK, CONSTRUCT or DESCRIBE; the graph is read-only here`;
  const number = Math.max(1, line - 1);
  const before = [...(query.split("\n")[number - 1] ?? "")].slice(0, line > 1 ? column - 1 : 0).join("").trim();
  const undeclared = problem.includes("Prefix not found") ? ": a prefix is not declared" : "";
  const quote = before.includes("'") && !before.includes('"') ? '"' : "'";
  const tail = [...before].slice(-40).join("");
  return `query:${number}:${line > 1 ? column : 1}: not a SPARQL 1.1 query at or before the end of ${quote}${tail}${quote}${undeclared}`;
}
