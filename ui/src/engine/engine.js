// Answers SPARQL in this browser, from the files of a release.

import { EngineError, read, readFresh } from "./files.js";
import { asksOthers } from "./syntax.js";

const ABOUT = "engine.json";
const NEEDED = ["Worker", "WebAssembly", "DecompressionStream", "BigInt64Array"];

export { EngineError };

export class Engine {
  #site;
  #pending = new Map();
  #number = 0;
  #about;
  #files;
  #worker;
  #opened;

  /** `site` is the address of the root of the release; `told` is called with what share of the files has come. */
  constructor(site, told = () => {}) {
    this.#site = site;
    this.told = told;
  }

  /** What the release says of itself: `base`, `prefixes`, the files, and how pages are named. */
  about() {
    this.#about ??= readFresh(this.#site, ABOUT).then(JSON.parse);
    this.#about.catch(() => (this.#about = undefined));
    return this.#about;
  }

  /**
   * Answer a query: `{text, type}`, in a media type if one is asked for.
   * Throws an EngineError that says in a line what is wrong.
   */
  async ask(query, format) {
    const missing = NEEDED.filter((name) => !(name in globalThis));
    if (missing.length) throw new EngineError("This browser is too old to answer here: take a newer one, or the downloads.");
    if (asksOthers(query)) throw new EngineError("SERVICE asks other servers, which this page does not: use `foc query`.");
    const { base, prefixes } = await this.about();
    await (this.#opened ??= this.#open());
    const prologue = Object.entries(prefixes).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>`).join(" ");
    const { problem, isSpent, ...answer } = await this.#send({ query: `${prologue}\n${query}`, base, format });
    if (isSpent) this.stop();
    if (problem) throw new EngineError(isSpent ? SPENT : inWords(query, problem));
    return answer;
  }

  /** Stop what is being answered; the next question starts the engine anew, from the files that came. */
  stop() {
    this.#worker?.terminate();
    this.#worker = this.#opened = undefined;
    for (const { reject } of this.#pending.values()) reject(new EngineError("The query was stopped."));
    this.#pending.clear();
  }

  async #open() {
    try {
      this.#worker = new Worker(new URL("assets/engine.js", this.#site));
      const worker = this.#worker;
      worker.addEventListener("message", ({ data: { number, ...answer } }) => {
        this.#pending.get(number)?.resolve(answer);
        this.#pending.delete(number);
      });
      const failed = new Promise((_, reject) => {
        const problem = new EngineError("assets/engine.js is missing here: the site was not copied whole.");
        worker.addEventListener("error", () => reject(problem));
      });
      this.#files ??= await Promise.race([this.#read(), failed]);
      const { problem, isSpent } = await Promise.race([this.#send({ open: this.#files }), failed]);
      if (problem) throw new EngineError(isSpent ? SPENT : `The graph cannot be opened here: ${problem}`);
    } catch (error) {
      this.#worker?.terminate();
      this.#worker = this.#opened = undefined;
      throw error;
    }
  }

  async #read() {
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
    return new Promise((resolve, reject) => {
      this.#pending.set(number, { resolve, reject });
      this.#worker.postMessage({ number, ...message });
    });
  }
}

const SPENT = "The query needs more memory than there is here: narrow it down, or ask with `foc sparql`.";
const PLACE = /^error at (\d+):(\d+): /;

/** What the engine says is wrong with a query, as `foc sparql` words it; the engine saw a line of prefixes before. */
function inWords(query, problem) {
  const [, line, column] = PLACE.exec(problem) ?? [];
  if (!line) return problem;
  const number = Math.max(1, line - 1);
  const before = [...(query.split("\n")[number - 1] ?? "")].slice(0, line > 1 ? column - 1 : 0).join("").trim();
  const undeclared = problem.includes("Prefix not found") ? ": a prefix is not declared" : "";
  const quote = before.includes("'") && !before.includes('"') ? '"' : "'";
  const tail = [...before].slice(-40).join("");
  return `query:${number}:${line > 1 ? column : 1}: not a SPARQL 1.1 query at or before the end of ${quote}${tail}${quote}${undeclared}`;
}
