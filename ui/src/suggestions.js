// Things by the beginning of a name: from the server, or in a static site from its list of names.

import { folded } from "./elements.js";

const MOST = 8;
const LONGEST = 400;

/** A function that finds things for a text: `{name, about, href}` each. `site` is the address of the root. */
export function suggestions(site, isLive) {
  if (isLive) return (text, signal) => asked(site, text, signal);
  let names = null;
  return async (text, signal) => {
    names ??= read(new URL("search.json", site));
    names.catch(() => { names = null; });
    return matching(await names, text, site);
  };
}

async function asked(site, text, signal) {
  if (text.length > LONGEST) return [];
  const url = new URL("reconcile/suggest/entity", site);
  url.search = new URLSearchParams({ prefix: text, limit: MOST });
  const { result } = await json(url, signal);
  return result.map(({ id, name, description, notable }) => ({
    name,
    about: description || notable.map((kind) => kind.name).join(", "),
    href: new URL(`id/${id.split("/").map(encodeURIComponent).join("/")}`, site).href,
  }));
}

async function read(url) {
  return (await json(url)).map(([name, kind, path]) => ({ name, kind, path, text: ` ${folded(name)}` }));
}

async function json(url, signal) {
  const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
  return answer.json();
}

/** Those with words that begin with all words of a text, those that begin with it first. */
function matching(names, text, site) {
  const start = folded(text);
  const words = start.split(/\s+/).map((word) => ` ${word}`);
  const found = names.filter((one) => words.every((word) => one.text.includes(word)));
  const isFirst = (one) => one.text.startsWith(` ${start}`);
  return [...found.filter(isFirst), ...found.filter((one) => !isFirst(one))]
    .slice(0, MOST)
    .map(({ name, kind, path }) => ({ name, about: kind, href: new URL(`${path}.html`, site).href }));
}
