import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { below } from "../src/addresses.js";
import { releasedPages, servedPages } from "../src/pages.js";

const ATTACKS = [...JSON.parse(await readFile(new URL("addresses.json", import.meta.url), "utf-8")), "//".repeat(1e5), `//${"a".repeat(1e6)}`];
const MISSING = await readFile(new URL("../../foc_graph/site/templates/404.html", import.meta.url), "utf-8");
const SITES = ["https://host.example/", "https://host.example:8443/some/path/", "https://host.example//evil.example/", "file:///some/path/"];

function stays(address, site) {
  const [found, own] = [new URL(address), new URL(site)];
  assert.deepEqual([found.protocol, found.host, found.username, found.password], [own.protocol, own.host, "", ""], address);
}

test("an address below a site has its origin, whatever the path begins with", () => {
  for (const site of SITES) for (const path of ATTACKS) stays(below(path, site).href, site);
});

test("the page for what is missing has the same function, and stays on its origin", async () => {
  assert.ok(MISSING.includes(`\n${below}\n`));
  const [set, lead] = [...MISSING.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script]) => script);
  for (const path of ATTACKS) {
    for (const start of ["https://host.example/", "https://host.example"]) {
      let address;
      try {
        address = new URL(`${start}${path}/doc/${path}`);
      } catch {
        continue; // such a page is nowhere
      }
      if (address.host !== "host.example") continue;
      const fetched = [];
      const base = { href: address.href };
      const location = { ...parts(address), toString: () => address.href, replace: (there) => fetched.push(there) };
      const document = { querySelector: () => base, get baseURI() { return String(base.href); } };
      const fetch = async (one) => (fetched.push(new URL(one, document.baseURI)), { ok: true, json: async () => [["^doc/(.*)$", "$1"]] });
      await runInNewContext(`${set}\n${lead.replace("if (found) leadOn", "found && leadOn")}`, { location, document, fetch, URL });
      await new Promise(setImmediate);
      for (const one of [base.href, ...fetched]) stays(String(one), address);
    }
  }
});

function parts({ href, pathname }) {
  return { href, pathname };
}

test("the page of an IRI lies below the root, or the IRI is followed as it is", () => {
  const [base, folders] = ["https://host.example/", { "id/": "doc/", "shapes/": "shapes/" }];
  const about = { base, shared: "https://shared.example/", folders, part: "(?:/name/[a-z]+)+", asked: "((?:.*/)?shapes/[^/-]+)-([^/]+)", told: {} };
  for (const page of [servedPages(base, ""), releasedPages(about, "")]) {
    for (const path of ATTACKS) {
      for (const iri of [base + path, `${base}${path}/shapes/A-b`, `${base}id/${path}`, `${base}shapes/${path}`]) {
        const href = page(iri);
        if (href && href !== iri) stays(new URL(href, base).href, base);
      }
    }
  }
});
