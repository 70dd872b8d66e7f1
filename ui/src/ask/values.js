// What a reader types for a parameter, as terms of RDF in the words of SPARQL.

import { folded } from "../elements.js";
import { short } from "../pages.js";
import { readPeriod } from "./dates.js";

// The classes of things by the type of a parameter, and of those that have names, as `foc_graph/matching` has them.
const CLASSES = { coalition: "coal:Coalition", body: "coal:Body coal:Coalition", agent: "foaf:Agent" };
const NAMED = {
  ...CLASSES,
  agent: "coal:Government org:Organization foaf:Person coal:Body coal:Coalition",
  thing: "coal:Coalition coal:Body coal:Government foaf:Person schema:Country coal:Document coal:Event org:Organization schema:City",
};
const NAMES = "skos:prefLabel|dcterms:title|rdfs:label|skos:altLabel|skos:notation";
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]*$/;
const SLUG = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;
const ESCAPES = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };

/** Thrown for a value that is none, with what to tell of it. */
export class ValueError extends Error {}

/** Reads values of parameters, by the things of an engine's graph. */
export class Values {
  #known = new Map();

  constructor(engine) {
    this.engine = engine;
  }

  /** The values in a text, `{exact, terms}` each: one, or those between its commas where that means nothing. */
  async read(parameter, text) {
    try {
      return [await this.#read(parameter, text)];
    } catch (error) {
      const listed = text.split(",").map((one) => one.trim()).filter(Boolean);
      if (!(error instanceof ValueError) || !parameter.repeatable || listed.length < 2) throw error;
      return Promise.all(listed.map((one) => this.#read(parameter, one)));
    }
  }

  async #read(parameter, text) {
    switch (parameter.type) {
      case "date":
      case "period":
        return period(parameter, text);
      case "string":
        return { exact: text, terms: [literal(text)] };
      case "integer":
        if (!/^-?\d{1,18}$/.test(text)) throw new ValueError(`${parameter.name}: “${text}” is not a whole number`);
        return { exact: text, terms: [String(BigInt(text))] };
      case "enum":
        return choice(parameter, text);
      case "concept":
        return this.#meant(parameter, text, await this.#concepts(parameter.scheme, text), `${parameter.scheme.replace("-", " ")}`);
      case "iri":
        return this.#property(parameter, text);
      default:
        return this.#meant(parameter, text, await this.#things(parameter.type, text), parameter.type);
    }
  }

  #meant({ name }, text, found, kind) {
    if (found.length === 1) return { exact: found[0][1], terms: [`<${found[0][0]}>`] };
    if (!found.length) throw new ValueError(`${name}: there is no ${kind} “${text}”: check the spelling, or search for it above`);
    throw new ValueError(`${name}: “${text}” may be ${found.slice(0, 5).map(([, exact]) => exact).join(" or ")}: type one of these`);
  }

  async #property(parameter, text) {
    const { base, prefixes } = await this.engine.about();
    const iri = expanded(text, prefixes);
    if (iri) return { exact: text, terms: [`<${iri}>`] };
    const rows = await this.#rows("property", "?thing rdfs:isDefinedBy ?vocabulary . OPTIONAL { ?thing rdfs:label ?name }");
    const found = [...new Set(rows.filter(({ thing, name }) => [thing.split(/[/#]/).at(-1), name].some((one) => letters(one) === letters(text))).map(({ thing }) => thing))];
    const own = found.filter((one) => one.startsWith(prefixes.coal));
    return this.#meant(parameter, text, (own.length ? own : found).map((one) => [one, short(one, base, prefixes)]), "property");
  }

  async #concepts(scheme, text) {
    const { shared, prefixes } = await this.engine.about();
    const rows = await this.#rows(scheme, `?thing skos:inScheme <${shared}concept/${scheme}> ; skos:notation ?notation . OPTIONAL { ?thing ${NAMES} ?name }`);
    const iri = expanded(text, prefixes);
    const exact = rows.filter(({ thing, notation }) => notation === text || thing === iri);
    const found = exact.length ? exact : rows.filter(({ name }) => letters(name) === letters(text));
    return [...new Map(found.map(({ thing, notation }) => [thing, notation]))];
  }

  /** The things of a type that a text may name, each with its exact form. */
  async #things(type, text) {
    const { base, shared, prefixes } = await this.engine.about();
    const starts = [...new Set([`${base}id/`, `${shared}id/`])];
    const classes = CLASSES[type] ? `VALUES ?class { ${CLASSES[type]} }` : "";
    const iris = [...new Set((await this.#rows(`all ${type}`, `${classes} ?thing a ?class`)).map(({ thing }) => thing))];
    const exactly = (found) => found.map((one) => [one, short(one, starts.find((start) => one.startsWith(start))?.slice(0, -3) ?? base, prefixes)]);
    const iri = expanded(text, prefixes);
    if (iri) return exactly(iris.filter((one) => one === iri));
    if (SLUG.test(text)) {
      const whole = [...starts.map((start) => start + text), ...(text.startsWith("concept/") ? [shared + text] : [])];
      const found = whole.find((one) => iris.includes(one));
      if (found) return exactly([found]);
      const below = leastDeep(iris.filter((one) => one.endsWith(`/${text}`) && starts.some((start) => one.startsWith(start))));
      if (below.length === 1) return [[below[0], text]];
      if (below.length) return exactly(await this.#withoutCountries(below));
    }
    const named = await this.#rows(type, `VALUES ?class { ${NAMED[type]} } ?thing a ?class .
  FILTER NOT EXISTS { ?thing dcterms:isReplacedBy ?heir }
  { ?thing ${NAMES} ?name } UNION { ?thing coal:governs/(${NAMES}) ?name } UNION {
    ?thing coal:governs?/adms:identifier ?code . ?code coal:scheme ?scheme ; skos:notation ?name FILTER(CONTAINS(STR(?scheme), "iso3166-1-alpha")) }`);
    const found = named.filter(({ name }) => letters(name) === letters(text)).map(({ thing }) => thing);
    return exactly(await this.#withoutCountries([...new Set(found)]));
  }

  /** Things without the countries whose governments are among them. */
  async #withoutCountries(iris) {
    const rows = await this.#rows("governed", "?thing coal:governs ?name");
    const governed = new Set(rows.filter(({ thing }) => iris.includes(thing)).map(({ name }) => name));
    return iris.filter((one) => !governed.has(one));
  }

  /** What a pattern gives for `?thing`, `?name` and `?notation`, asked once. */
  #rows(key, pattern) {
    if (!this.#known.has(key)) {
      const asked = this.engine.ask(`SELECT DISTINCT ?thing ?name ?notation WHERE { ${pattern} FILTER(isIRI(?thing)) }`).then(({ text }) =>
        JSON.parse(text).results.bindings.map(({ thing, name, notation }) => ({ thing: thing.value, name: name?.value ?? "", notation: notation?.value ?? "" })),
      );
      this.#known.set(key, asked);
      asked.catch(() => this.#known.delete(key));
    }
    return this.#known.get(key);
  }
}

/** The IRI that a CURIE or IRI stands for, or null. */
function expanded(text, prefixes) {
  const at = text.indexOf(":");
  if (at < 0) return null;
  const prefix = text.slice(0, at);
  const iri = Object.hasOwn(prefixes, prefix) ? prefixes[prefix] + text.slice(at + 1) : text;
  return ABSOLUTE.test(iri) ? iri : null;
}

/** The letters and digits of a name, without case, accents, and what stands before the name of a country. */
function letters(text) {
  const words = folded(text.replace(/&/g, " and ").replace(/\./g, "")).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  return (words.replace(/^(the|government of( the)?) /, "") || words).replaceAll(" ", "");
}

function leastDeep(iris) {
  const depth = (iri) => iri.split("/").length;
  const least = Math.min(...iris.map(depth));
  return iris.filter((iri) => depth(iri) === least);
}

function period({ name }, text) {
  const found = readPeriod(text);
  if (!found) throw new ValueError(`${name}: “${text}” is not a date: write 2015, 2015-05 or 2015-05-04`);
  return { exact: found.exact, terms: [found.first, found.last].map((day) => `${literal(day)}^^xsd:date`) };
}

function choice({ name, values }, text) {
  const found = values.find((one) => one === text) ?? values.find((one) => letters(one) === letters(text));
  if (!found) throw new ValueError(`${name}: there is no “${text}”: choose ${values.join(", ")}`);
  return { exact: found, terms: [literal(found)] };
}

function literal(text) {
  const escaped = text.replace(/[\\"]/g, "\\$&").replace(/[\n\r\t\b\f]/g, (one) => ESCAPES[one]);
  return `"${escaped}"`;
}
