// What a reader types for a parameter, as terms of RDF in the words of SPARQL.

import { folded } from "../elements.js";
import { readPeriod } from "./dates.js";

const CLASSES = {
  coalition: ["coal:Coalition"],
  body: ["coal:Body", "coal:Coalition"],
  agent: ["foaf:Agent"],
};
const FORBIDDEN = /[\u0000-\u0020<>"{}|^`\\]/; // in an IRI
const SLUG = /^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/;

/** Thrown for a value that is none, with what to tell of it. */
export class ValueError extends Error {}

/** Reads values of parameters, by the things of an engine's graph. */
export class Values {
  #names = new Map();

  constructor(engine) {
    this.engine = engine;
  }

  /** A row of terms for the variables of a parameter, and the value in its exact form. */
  async read(parameter, text) {
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
      default:
        return this.#thing(parameter, text);
    }
  }

  async #thing({ name, type, scheme }, text) {
    const { base, shared, prefixes } = await this.engine.about();
    const [prefix, local] = text.split(/:(.*)/s);
    const iri = local === undefined ? null : (prefixes[prefix] ?? `${prefix}:`) + local;
    if (type === "iri" && iri && !FORBIDDEN.test(iri)) return { exact: text, terms: [`<${iri}>`] };
    const things = await this.#known(type, scheme);
    const bases = [...new Set([base, shared])];
    const paths = SLUG.test(text) ? bases.map((one) => `${one}${text.startsWith("concept/") ? "" : "id/"}${text}`) : [];
    let found = [iri, ...paths, ...(scheme ? [`${shared}concept/${scheme}/${text}`] : [])].filter((one) => things.has(one)).slice(0, 1);
    if (!found.length && SLUG.test(text)) found = leastDeep([...things.keys()].filter((one) => one.endsWith(`/${text}`)));
    if (!found.length) found = [...things].filter(([, names]) => names.has(plain(text))).map(([one]) => one);
    if (!found.length) throw new ValueError(`${name}: there is no ${scheme || type} “${text}”: choose one of the names that the form offers, or search for it`);
    const exact = found.map((one) => short(one, bases, scheme));
    if (found.length > 1) throw new ValueError(`${name}: “${text}” may be ${exact.slice(0, 5).join(" or ")}: type one of these`);
    return { exact: exact[0], terms: [`<${found[0]}>`] };
  }

  /** The things of a type or scheme with their names, as `plain` writes them. */
  #known(type, scheme) {
    const key = scheme || type;
    if (!this.#names.has(key)) {
      const asked = this.#ask(type, scheme);
      this.#names.set(key, asked);
      asked.catch(() => this.#names.delete(key));
    }
    return this.#names.get(key);
  }

  async #ask(type, scheme) {
    const { shared } = await this.engine.about();
    const classes = CLASSES[type] ? `VALUES ?class { ${CLASSES[type].join(" ")} } ?thing a ?class .` : "?thing a ?class .";
    const things = scheme ? `?thing skos:inScheme <${shared}concept/${scheme}> .` : classes;
    const { text } = await this.engine.ask(`SELECT DISTINCT ?thing ?name WHERE { ${things}
  OPTIONAL { ?thing rdfs:label|skos:prefLabel|skos:altLabel|skos:notation|dcterms:title|foaf:name ?name } FILTER(isIRI(?thing)) }`);
    const found = new Map();
    for (const { thing, name } of JSON.parse(text).results.bindings) {
      if (!found.has(thing.value)) found.set(thing.value, new Set());
      if (name) found.get(thing.value).add(plain(name.value));
    }
    return found;
  }
}

/** A name without case, accents, punctuation and the article before it. */
function plain(text) {
  return folded(text).replace(/[^\p{L}\p{N}]+/gu, " ").trim().replace(/^the /, "");
}

function leastDeep(iris) {
  const depth = (iri) => iri.split("/").length;
  const least = Math.min(...iris.map(depth));
  return iris.filter((iri) => depth(iri) === least);
}

function short(iri, bases, scheme) {
  for (const base of bases) {
    for (const start of [...(scheme ? [`${base}concept/${scheme}/`] : []), `${base}id/`]) {
      if (iri.startsWith(start)) return iri.slice(start.length);
    }
  }
  return iri;
}

function period({ name }, text) {
  const found = readPeriod(text);
  if (!found) throw new ValueError(`${name}: “${text}” is not a date: write 2015, 2015-05 or 2015-05-04`);
  return { exact: found.exact, terms: [found.first, found.last].map((day) => `${literal(day)}^^xsd:date`) };
}

function choice({ name, values }, text) {
  const found = values.find((one) => one === text) ?? values.find((one) => plain(one) === plain(text));
  if (!found) throw new ValueError(`${name}: there is no “${text}”: choose ${values.join(", ")}`);
  return { exact: found, terms: [literal(found)] };
}

function literal(text) {
  const escaped = text.replace(/[\\"]/g, "\\$&").replace(/[\n\r\t\b\f]/g, (one) => ESCAPES[one]);
  return `"${escaped}"`;
}

const ESCAPES = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f" };
