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
  #break = () => {};

  /** Called with what share of the files has come, and how many bytes they have. */
  told = () => {};

  /** `site` is the address of the root of the release. */
  constructor(site) {
    this.#site = site;
  }

  /** What the release says of itself: `base`, `prefixes`, the files, and how pages are named. */
  async about() {
    if (this.#site.protocol === "file:") throw new EngineError("A page on a disk cannot read the graph: send its folder by a web server.");
    if (NEEDED.some((name) => !(name in globalThis))) throw new EngineError("This browser is too old to answer here: take a newer one.");
    this.#about ??= readFresh(this.#site, ABOUT).then(JSON.parse);
    this.#about.catch(() => (this.#about = undefined));
    return this.#about;
  }

  /**
   * Answer a query: `{text, type}`, in a media type if one is asked for.
   * Throws an EngineError that says in a line what is wrong.
   */
  async ask(query, format) {
    if (asksOthers(query)) throw new EngineError("SERVICE asks other servers, which this page does not: use `foc query`.");
    const { base, prefixes } = await this.about();
    await (this.#opened ??= this.#open());
    const prologue = Object.entries(prefixes).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}>`).join(" ");
    const { problem, isSpent, ...answer } = await this.#send({ query: `${prologue}\n${query}`, base, format });
    if (isSpent) this.stop();
    if (problem) throw new EngineError(isSpent ? SPENT : inWords(query, problem));
    return answer;
  }

  /** Stop what is being answered or opened; the next question starts the engine anew, from the files that came. */
  stop() {
    this.#worker?.terminate();
    this.#break();
    this.#worker = this.#opened = undefined;
    for (const { reject } of this.#pending.values()) reject(new EngineError(STOPPED));
    this.#pending.clear();
  }

  async #open() {
    const worker = new Worker(new URL("assets/engine.js", this.#site));
    this.#worker = worker;
    const broken = new Promise((_, reject) => {
      this.#break = () => reject(new EngineError(STOPPED));
      worker.addEventListener("error", () => reject(new EngineError(LACKING)));
    });
    worker.addEventListener("message", ({ data: { number, ...answer } }) => {
      this.#pending.get(number)?.resolve(answer);
      this.#pending.delete(number);
    });
    try {
      const open = await Promise.race([this.#read(), broken]);
      const { problem, isSpent } = await Promise.race([this.#send({ open }), broken]);
      if (problem) throw new EngineError(isSpent ? SPENT : `The graph cannot be opened here: ${problem}`);
    } catch (error) {
      if (this.#worker === worker) this.stop();
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
    return new Promise((resolve, reject) => {
      this.#pending.set(number, { resolve, reject });
      this.#worker.postMessage({ number, ...message });
    });
  }
}

const LACKING = "assets/engine.js is missing here: the site was not copied whole.";
const STOPPED = "The query was stopped.";
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
