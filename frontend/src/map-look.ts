/** How the map looks: the page's own colours, one hue from light to dark, hatching where nothing is known. */
import type { ExpressionSpecification, Map, StyleSpecification } from "maplibre-gl";
import { type Areas, CLASSES, type ClassName, classOf, middleOf } from "./map-data";

const SHADE: Record<Exclude<ClassName, "unknown">, string> = {
  full: "--map-4",
  most: "--map-3",
  half: "--map-2",
  some: "--map-1",
  none: "--map-0",
};

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export function fonts(): string {
  return getComputedStyle(document.documentElement).fontFamily;
}

export function styleOf(areas: Areas): StyleSpecification {
  const lit: ExpressionSpecification = ["boolean", ["feature-state", "lit"], false];
  const shades = Object.entries(SHADE).flatMap(([name, variable]) => [name, colour(variable)]);
  return {
    version: 8,
    // No glyphs address: every letter, Latin too, is then drawn from the device's own fonts.
    sources: {
      areas: { type: "geojson", data: areas, promoteId: "id" },
      names: { type: "geojson", data: namesOf(areas) },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colour("--raised") } },
      {
        id: "fill",
        type: "fill",
        source: "areas",
        filter: ["!=", ["get", "class"], "unknown"],
        paint: { "fill-color": ["match", ["get", "class"], ...shades, colour("--surface")] as never },
      },
      {
        id: "hatch",
        type: "fill",
        source: "areas",
        filter: ["==", ["get", "class"], "unknown"],
        paint: { "fill-pattern": "hatch" },
      },
      {
        id: "edge",
        type: "line",
        source: "areas",
        paint: {
          "line-color": ["case", lit, colour("--ink"), colour("--edge")],
          "line-width": ["case", lit, 4, 1],
        },
      },
      {
        id: "name",
        type: "symbol",
        source: "names",
        layout: { "text-field": ["get", "name"], "text-size": 13, "text-max-width": 8, "text-padding": 4 },
        paint: {
          // Letters that stand out from their own area: its two strongest shades turn them round.
          "text-color": ["match", ["get", "class"], ["full", "most"], colour("--surface"), colour("--ink")],
          "text-halo-color": ["match", ["get", "class"], ["full", "most"], colour("--map-4"), colour("--surface")],
          "text-halo-width": 1.6,
        },
      },
    ],
  };
}

export function namesOf(areas: Areas): GeoJSON.FeatureCollection {
  return {
    type: "FeatureCollection",
    features: areas.features.map((area) => ({
      type: "Feature",
      geometry: { type: "Point", coordinates: middleOf(area) },
      properties: { name: area.properties.name, class: classOf(area.properties.staffing) },
    })),
  };
}

const SIZE = 8;

function hatch(): CanvasRenderingContext2D {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  pen.fillStyle = colour("--surface");
  pen.fillRect(0, 0, SIZE, SIZE);
  pen.strokeStyle = colour("--edge");
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const shift of [-SIZE, 0, SIZE]) {
    pen.moveTo(shift - 1, SIZE + 1);
    pen.lineTo(shift + SIZE + 1, -1);
  }
  pen.stroke();
  return pen;
}

export function addHatch(map: Map): void {
  if (map.hasImage("hatch")) map.removeImage("hatch");
  map.addImage("hatch", hatch().getImageData(0, 0, SIZE, SIZE));
}

/** One entry a class that occurs: its shade, its words, and how many areas are in it. */
export function drawLegend(legend: Element, areas: Areas, words: (name: ClassName) => string): void {
  const counts = new globalThis.Map<ClassName, number>();
  for (const area of areas.features) {
    const name = (area.properties as { class?: ClassName }).class ?? "unknown";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const entries = CLASSES.filter((name) => counts.has(name)).map((name) => {
    const entry = document.createElement("li");
    const swatch = Object.assign(document.createElement("canvas"), { width: 24, height: 16 });
    const pen = swatch.getContext("2d") as CanvasRenderingContext2D;
    pen.fillStyle = name === "unknown" ? (pen.createPattern(hatch().canvas, "repeat") ?? "") : colour(SHADE[name]);
    pen.fillRect(0, 0, 24, 16);
    swatch.setAttribute("aria-hidden", "true");
    entry.append(swatch, `${words(name)}: ${(counts.get(name) ?? 0).toLocaleString("en")}`);
    return entry;
  });
  legend.replaceChildren(...entries);
}
