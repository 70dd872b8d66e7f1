// The licences of the packages that are in what pages load.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const LICENCES = "THIRD-PARTY.txt";

const here = fileURLToPath(new URL(".", import.meta.url));
const RULE = "-".repeat(80);

// A text with what each package says of its licence: those that files (paths below this folder) lie in, all that these
// depend on, as some come bundled already; then the comments on licences within the code.
export async function thirdParty(files, comments) {
  const { packages } = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const places = new Set();
  const add = (place) => {
    if (!(place in packages)) throw new Error(`${place}: not in package-lock.json`);
    if (places.has(place)) return;
    places.add(place);
    for (const name of Object.keys(packages[place].dependencies ?? {})) add(resolved(name, place, packages));
  };
  for (const file of files) if (file.includes("node_modules/")) add(placeOf(file.slice(file.indexOf("node_modules/"))));
  const parts = await Promise.all([...places].sort().map((place) => stated(place, packages[place])));
  const said = [...new Set(comments)].sort();
  return [...parts, ...(said.length ? [`Within the code\n\n${said.join("\n")}`] : [])].join(`\n${RULE}\n\n`);
}

// The folder of a package, from the path of a file in it.
function placeOf(file) {
  const at = file.lastIndexOf("node_modules/") + "node_modules/".length;
  const [first, second] = file.slice(at).split("/");
  return file.slice(0, at) + (first.startsWith("@") ? `${first}/${second}` : first);
}

// Where npm has put what a package depends on: within it, or further out.
function resolved(name, place, packages) {
  for (let outer = place; ; outer = outer.slice(0, Math.max(0, outer.lastIndexOf("/node_modules/")))) {
    const found = `${outer && `${outer}/`}node_modules/${name}`;
    if (found in packages || outer === "") return found;
  }
}

// Name, version, licence and texts of a package.
async function stated(place, { version }) {
  const folder = join(here, place);
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|copying)/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
  const { author, license, licenses } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const terms = license ?? licenses?.map(({ type }) => type).join(" OR ") ?? "as below";
  const by = texts.length || !author ? "" : `\nBy ${author.name ?? author}`;
  const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
  return [`${name} ${version}\nLicence: ${terms}${by}`, ...texts.map((text) => text.replaceAll("\r\n", "\n").trim())].join("\n\n") + "\n";
}
