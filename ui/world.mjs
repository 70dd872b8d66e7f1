// Draws the map of the world into foc_graph/charts/world.json: `npm run world` calls it.
//
// The countries of the world as paths of an SVG, by UN M49 code, or by name where they have none: Natural Earth at
// 1:110 million, in the Equal Earth projection (Šavrič, Patterson and Jenny 2018). Small ones are points too, those that
// are missing at this scale are points alone, where Natural Earth has them at 1:10 million.

import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { geoArea, geoCentroid, geoEqualEarth, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const WIDTH = 1000;
const LEAST = 17; // square units of the chart: a smaller country is a point too
const ANTARCTICA = "010";

const require = createRequire(import.meta.url);

async function features(scale) {
  const topology = JSON.parse(await readFile(require.resolve(`world-atlas/countries-${scale}.json`), "utf8"));
  return feature(topology, topology.objects.countries).features.filter((one) => one.id !== ANTARCTICA);
}

function code(country) {
  return country.id ?? country.properties.name;
}

// A path in whole units, relative after its begin, which is shorter than d3's own.
function relativePath(country, projected) {
  const parts = [];
  let points = [];
  let last = [0, 0];
  const context = {
    beginPath() {},
    moveTo(x, y) {
      points = [[x, y]];
    },
    lineTo(x, y) {
      points.push([x, y]);
    },
    arc() {},
    closePath() {
      const whole = points.map(([x, y]) => [Math.round(x), Math.round(y)]);
      const kept = whole.filter(([x, y], at) => at === 0 || x !== whole[at - 1][0] || y !== whole[at - 1][1]);
      if (kept.length < 3) return;
      let text = "";
      kept.forEach(([x, y], at) => {
        const [dx, dy] = at === 0 && parts.length === 0 ? [x, y] : [x - last[0], y - last[1]];
        text += at === 0 ? `${parts.length === 0 ? "M" : "m"}${dx},${dy}l` : `${dx}${dy < 0 ? "" : " "}${dy} `;
        last = [x, y];
      });
      last = kept[0];
      parts.push(`${text.trim()}z`);
    },
  };
  projected.context(context)(country);
  return parts.join("");
}

async function world() {
  const [coarse, fine] = await Promise.all([features("110m"), features("10m")]);
  const land = { type: "FeatureCollection", features: coarse };
  const all = { type: "FeatureCollection", features: [...coarse, ...fine] };
  const projection = geoEqualEarth().rotate([-11, 0]).fitWidth(WIDTH, all);
  const [[, top], [, bottom]] = geoPath(projection).bounds(land);
  const [x, y] = projection.translate();
  projection.translate([x, y - top]);
  const shapes = {};
  for (const country of coarse) {
    const path = relativePath(country, geoPath(projection));
    if (path) shapes[code(country)] = path;
  }
  const points = {};
  for (const [key, country] of largestByCode(fine)) {
    const isKnown = key in shapes || country.id !== undefined;
    if (!isKnown || (key in shapes && geoPath(projection).area(country) >= LEAST)) continue;
    points[key] = projection(geoCentroid(largestPolygon(country))).map(Math.round);
  }
  return { width: WIDTH, height: Math.ceil(bottom - top), shapes, points };
}

// Natural Earth gives the code of a country to some of its outlying territories too: of these, the largest.
function largestByCode(countries) {
  const found = new Map();
  for (const country of countries) {
    const known = found.get(code(country));
    if (!known || geoArea(country) > geoArea(known)) found.set(code(country), country);
  }
  return found;
}

// The largest of the polygons of a country: its point lies there, not in the sea between islands.
function largestPolygon(country) {
  if (country.geometry.type !== "MultiPolygon") return country;
  const polygons = country.geometry.coordinates.map((coordinates) => ({ type: "Polygon", coordinates }));
  return polygons.reduce((one, other) => (geoArea(other) > geoArea(one) ? other : one));
}

await writeFile(new URL("../foc_graph/charts/world.json", import.meta.url), `${JSON.stringify(await world())}\n`);
