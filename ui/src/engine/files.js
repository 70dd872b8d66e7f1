// Files of a release that the engine needs: fetched whole, compared with what was published, and kept by the browser.

const KEPT = "foc-graph"; // the cache of this origin
const MOST = 4; // files in it: those of two releases

/** Thrown with a line that tells a reader what is wrong. */
export class EngineError extends Error {}

/** The bytes of a file `{path, bytes, sha256}` of the site at an address; `told` is called with each number of bytes. */
export async function read(site, { path, bytes, sha256 }, told) {
  const address = new URL(path, site);
  const key = `${address.href}?sha256=${sha256}`;
  const cache = await openCache();
  const kept = await cache?.match(key);
  if (kept) {
    const content = await kept.arrayBuffer();
    if (await isSame(content, bytes, sha256)) return told(bytes), content;
    await cache.delete(key);
  }
  const content = await fetched(address, path, told);
  if (!(await isSame(content, bytes, sha256))) {
    throw new EngineError(`${path} is not what was published: it came damaged, or was changed. Reload the page to fetch it again.`);
  }
  if (cache) await keep(cache, key, content);
  return content;
}

/** The text of a small file, kept for when the server is gone. */
export async function readFresh(site, path) {
  const address = new URL(path, site);
  const cache = await openCache();
  try {
    const response = await fetch(address);
    if (!response.ok) throw new EngineError(`${path} is missing here (${response.status}): the site was not copied whole.`);
    const text = await response.text();
    await cache?.put(address.href, new Response(text)).catch(() => {});
    return text;
  } catch (error) {
    const kept = await cache?.match(address.href);
    if (kept && !(error instanceof EngineError)) return kept.text();
    throw error instanceof EngineError ? error : new EngineError(`${path} could not be fetched: check the connection, and reload the page.`);
  }
}

/** The cache of the browser; undefined where it has none, as on sites without encryption. */
function openCache() {
  return globalThis.caches?.open(KEPT).catch(() => undefined);
}

async function keep(cache, key, content) {
  try {
    await cache.put(key, new Response(content));
    const old = (await cache.keys()).filter(({ url }) => url.includes("?sha256="));
    for (const one of old.slice(0, -MOST)) await cache.delete(one);
  } catch {
    // a full disk: it is fetched again next time
  }
}

async function fetched(address, path, told) {
  let response;
  try {
    response = await fetch(address);
  } catch {
    throw new EngineError(`${path} could not be fetched: check the connection, and ask again.`);
  }
  if (!response.ok) throw new EngineError(`${path} is missing here (${response.status}): the site was not copied whole.`);
  const parts = [];
  try {
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      told(value.length);
    }
  } catch {
    throw new EngineError(`${path} came only in part: ask again.`);
  }
  return new Blob(parts).arrayBuffer();
}

async function isSame(content, bytes, sha256) {
  if (content.byteLength !== bytes) return false;
  if (!globalThis.crypto?.subtle) return true; // on sites without encryption; gzip has a checksum of its own
  const digest = await crypto.subtle.digest("SHA-256", content);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
}
