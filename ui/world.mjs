// The countries of the world as paths of an SVG, by UN M49 code, or by name where they have none: Natural Earth at
// 1:110 million, in the Equal Earth projection (Šavrič, Patterson and Jenny 2018). Small ones are points too.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { geoArea, geoCentroid, geoEqualEarth, geoPath } from "d3-geo";
import { feature } from "topojson-client";

const WIDTH = 1000;
const LEAST = 5; // square units of the picture, below which a country is a point too
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

export async function world() {
  const [coarse, fine] = await Promise.all([features("110m"), features("50m")]);
  const projection = geoEqualEarth().rotate([-11, 0]).fitWidth(WIDTH, { type: "FeatureCollection", features: coarse });
  const [[, top], [, bottom]] = geoPath(projection).bounds({ type: "FeatureCollection", features: coarse });
  const [x, y] = projection.translate();
  projection.translate([x, y - top]);
  const shapes = {};
  for (const country of coarse) {
    const path = relativePath(country, geoPath(projection));
    const key = code(country);
    if (path) shapes[key] = path;
  }
  const points = {};
  for (const country of fine) {
    const key = code(country);
    if (shapes[key] && geoPath(projection).area(country) >= LEAST * 4) continue;
    points[key] = projection(geoCentroid(largest(country))).map(Math.round);
  }
  return { width: WIDTH, height: Math.ceil(bottom - top), shapes, points };
}

// The largest of the polygons of a country: its point lies there, not in the sea between islands.
function largest(country) {
  if (country.geometry.type !== "MultiPolygon") return country;
  const polygons = country.geometry.coordinates.map((coordinates) => ({ type: "Polygon", coordinates }));
  return polygons.reduce((one, other) => (geoArea(other) > geoArea(one) ? other : one));
}
