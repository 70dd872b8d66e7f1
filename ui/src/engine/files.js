// Files of a release that the engine needs: fetched whole, compared with what was published, and kept by the browser.

import { below } from "../addresses.js";

const KEPT = "foc-graph"; // the cache of this origin
const MOST = 8; // files in it, each under its digest
const PACKED = [0x1f, 0x8b]; // the first bytes of what gzip packs (RFC 1952)

/** Thrown with a line that tells a reader what is wrong. */
export class EngineError extends Error {}

/** Whether bytes are packed by gzip. */
function isPacked(content) {
  const [first, second] = new Uint8Array(content, 0, Math.min(2, content.byteLength));
  return first === PACKED[0] && second === PACKED[1];
}

/** The bytes of a file, unpacked. */
export async function unpacked(bytes) {
  if (!isPacked(bytes)) return bytes;
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

/**
 * The bytes of a file of the site at an address, packed as they were published, or unpacked by a server that does so;
 * `told` is called with each number of bytes that has come.
 */
export async function read(site, file, told) {
  const key = new URL(`/?sha256=${file.sha256}`, site).href;
  const cache = await openCache();
  const kept = await (await cache?.match(key))?.arrayBuffer();
  if (kept && (await isSame(kept, file))) {
    told(file.bytes);
    await keep(cache, key, kept);
    return kept;
  }
  const content = await fetched(below(`${file.path}?sha256=${file.sha256}`, site), file.path, told);
  if (!(await isSame(content, file))) {
    throw new EngineError(`${file.path} is not what was published: it came damaged, or was changed. Reload the page to fetch it again.`);
  }
  if (cache) await keep(cache, key, content);
  return content;
}

/** What a small file of JSON says now, or said when the server was last there. */
export async function readJson(site, path) {
  const address = below(path, site);
  const cache = await openCache();
  let response;
  try {
    response = await fetch(address, { cache: "no-cache" });
  } catch {
    const kept = await cache?.match(address.href);
    if (kept) return kept.json();
    throw new EngineError(`${path} could not be fetched: check the connection, and reload the page.`);
  }
  if (!response.ok) throw new EngineError(`${path} is missing here (${response.status}): the site was not copied whole.`);
  const text = await response.text();
  try {
    const said = JSON.parse(text);
    await cache?.put(address.href, new Response(text)).catch(() => {});
    return said;
  } catch {
    throw new EngineError(`${path} is not what was published: the server sent something else.`);
  }
}

/** The cache of the browser; undefined where it has none, as on sites without encryption. */
async function openCache() {
  try {
    return await globalThis.caches?.open(KEPT);
  } catch {
    return undefined;
  }
}

async function keep(cache, key, content) {
  try {
    await cache.delete(key); // those that were used last are the last
    await cache.put(key, new Response(content));
    const known = (await cache.keys()).filter(({ url }) => url.includes("?sha256="));
    for (const one of known.slice(0, -MOST)) await cache.delete(one);
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

async function isSame(content, file) {
  const { bytes, sha256 } = isPacked(content) ? file : file.unpacked;
  if (content.byteLength !== bytes) return false;
  if (!globalThis.crypto?.subtle) return true; // on sites without encryption; gzip has a checksum of its own
  const digest = await crypto.subtle.digest("SHA-256", content);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") === sha256;
}
