// Things by the words of a name: from the server, or in a static site from its list of names.

import { below } from "./addresses.js";
import { folded } from "./elements.js";

const MOST = 8;
const LONGEST = 400;
const SHORT = 4;
const LONG = 8;

/** A function that finds things for a text: `{name, about, href}` each. `site` is the address of the root. */
export function suggestions(site, isLive) {
  if (isLive) return (text, signal) => asked(site, text, signal);
  const find = finder(site);
  return async (text) => (await find(text)).slice(0, MOST);
}

/** A function that finds all things for a text in the list of a static site. */
export function finder(site) {
  let names = null;
  return async (text) => {
    names ??= read(new URL("search.json", site));
    names.catch(() => { names = null; });
    return matching(await names, text).map(({ name, kind, path }) => ({
      name,
      about: kind,
      href: below(`${path}.html`, site).href,
    }));
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
    href: below(`id/${id.split("/").map(encodeURIComponent).join("/")}`, site).href,
  }));
}

async function read(url) {
  return (await json(url)).map(([name, kind, path, words = ""]) => {
    const title = ` ${plain(name)}`;
    const slug = path.split("/").at(-1);
    return { name, kind, path, slug, title, text: `${title} ${plain(words)} ${slug}` };
  });
}

/** A text without case, accents and punctuation. */
function plain(text) {
  return folded(text).replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

async function json(url, signal) {
  if (url.protocol === "file:") throw new Error("no file may read another");
  const answer = await fetch(url, { signal, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
  return answer.json();
}

/**
 * Those with words that begin with all words of a text, as on the server: first what is called so, then what begins so,
 * then what has the words in its name, then the others. Without any, those of which a word is all but so.
 */
function matching(names, text) {
  const start = plain(text);
  const words = start.split(" ").map((word) => word.replace(/(?<=..)s$/, ""));
  if (!start) return [];
  const begins = (where) => words.every((word) => where.includes(` ${word}`));
  const isNear = (where) => words.every((word) => where.split(" ").some((other) => isLike(word, other)));
  const found = ranked(names, start, begins);
  return found.length ? found : ranked(names, start, isNear);
}

function ranked(names, start, fits) {
  const slug = start.replaceAll(" ", "");
  const rank = ({ kind, slug: own, title, text }) => {
    if (own === slug || title === ` ${start}`) return 0;
    if (!fits(text)) return null;
    if (title.startsWith(` ${start}`)) return 1;
    return kind === "document" && !fits(title) ? 3 : 2; // its topic alone is less than the place of an event
  };
  return names.map((one) => [rank(one), one])
    .filter(([place]) => place !== null)
    .sort(([one], [other]) => one - other)
    .map(([, one]) => one);
}

/** Whether two words differ by so few letters that one is a slip of the other. */
function isLike(word, other) {
  const most = word.length < SHORT ? 0 : word.length < LONG ? 1 : 2;
  if (!most || Math.abs(word.length - other.length) > most) return false;
  let before = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= word.length; row += 1) {
    const now = [row];
    for (let at = 1; at <= other.length; at += 1) {
      const changed = before[at - 1] + (word[row - 1] === other[at - 1] ? 0 : 1);
      now.push(Math.min(changed, before[at] + 1, now[at - 1] + 1));
    }
    before = now;
  }
  return before[other.length] <= most;
}
