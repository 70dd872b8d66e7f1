// Where the page of a thing is, by its IRI.

const OWN = /^(?:id|concept|graph|shapes)\/|^ns#/; // what pages are about, below the base

/** What leads from an IRI to its page on a server, below its root; others lead to themselves. */
export function servedPages(base, root) {
  return (iri) => (iri.startsWith(base) && OWN.test(iri.slice(base.length)) ? root + iri.slice(base.length) : followed(iri));
}

/** What leads from an IRI to its page in a release, by what that says of the names of pages. */
export function releasedPages({ base, shared, folders, part, asked, told }, root) {
  const parts = new RegExp(`^(.+?)(${part})(?:#.*)?$`);
  const ofShapes = new RegExp(`^${asked}$`);
  return (iri) => {
    const start = [base, shared].find((one) => iri.startsWith(one));
    if (!start) return followed(iri);
    const rest = iri.slice(start.length);
    if (rest.startsWith("ns#")) return `${root}ns.html${rest.slice(2)}`;
    const [, shape, whatItAsks] = ofShapes.exec(rest) ?? [];
    if (shape?.startsWith("shapes/")) return `${root}${shape}.html#${whatItAsks}`;
    const [, thing, within] = parts.exec(rest) ?? [];
    const path = thing ?? rest;
    const folder = Object.keys(folders).find((one) => path.startsWith(one));
    if (!folder) return followed(iri);
    const [kind, name] = (within ?? "").split("/").slice(1);
    const place = within ? `#${told[kind] ?? `${kind}/${name}`}` : "";
    return `${root}${folders[folder]}${path.slice(folder.length)}.html${place}`;
  };
}

/** An IRI as a person would write it: the slug of a thing, a CURIE, a name below the base, else the IRI itself. */
export function short(iri, base, prefixes) {
  if (iri.startsWith(`${base}id/`)) return iri.slice(base.length + 3);
  const cut = Math.max(iri.lastIndexOf("#"), iri.lastIndexOf("/")) + 1;
  const local = iri.slice(cut);
  const [prefix] = Object.entries(prefixes).find(([, namespace]) => namespace === iri.slice(0, cut)) ?? [];
  if (prefix !== undefined && /^[\p{L}\p{N}_][\p{L}\p{N}_-]*$/u.test(local)) return `${prefix}:${local}`;
  return iri.startsWith(base) ? iri.slice(base.length) : iri;
}

function followed(iri) {
  return /^https?:\/\/[^\s<>"\\^`{|}]+$/.test(iri) ? iri : "";
}
