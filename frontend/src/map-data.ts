/** What a map is told about each area, and the classes it sorts them into. */
import type { Feature, FeatureCollection, Geometry, MultiPolygon, Polygon, Position } from "geojson";

export interface Facts {
  id: string | number;
  name: string;
  url?: string;
  placed?: number | null;
  asked?: number | null;
  /** Share of what is asked that is filled, 0 to 1; null where nothing is known. */
  staffing?: number | null;
}

export type Area = Feature<Polygon | MultiPolygon, Facts>;
export type Areas = FeatureCollection<Polygon | MultiPolygon, Facts>;

/** From dark to light; the last has no figures and is hatched. */
export const CLASSES = ["full", "most", "half", "some", "none", "unknown"] as const;
export type ClassName = (typeof CLASSES)[number];

export function classOf(staffing: number | null | undefined): ClassName {
  if (staffing === null || staffing === undefined || Number.isNaN(staffing)) return "unknown";
  if (staffing >= 1) return "full";
  if (staffing >= 0.75) return "most";
  if (staffing >= 0.5) return "half";
  return staffing > 0 ? "some" : "none";
}

/** The areas that can be drawn, each with its class beside its facts. */
export function drawable(raw: FeatureCollection<Geometry | null, Facts>): Areas {
  const features = raw.features.filter(
    (feature): feature is Area => feature.geometry?.type === "Polygon" || feature.geometry?.type === "MultiPolygon",
  );
  return {
    type: "FeatureCollection",
    features: features.map((feature) => ({
      ...feature,
      properties: { ...feature.properties, class: classOf(feature.properties.staffing) } as Facts,
    })),
  };
}

export function rings(area: Area): Position[][] {
  return area.geometry.type === "Polygon" ? area.geometry.coordinates : area.geometry.coordinates.flat();
}

/** West, south, east, north of all areas, in degrees. */
export function boundsOf(areas: Areas): [number, number, number, number] {
  const box: [number, number, number, number] = [180, 90, -180, -90];
  for (const area of areas.features) {
    for (const [x = 0, y = 0] of rings(area).flat()) {
      box[0] = Math.min(box[0], x);
      box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x);
      box[3] = Math.max(box[3], y);
    }
  }
  return box;
}

/** The centre of mass of the largest ring: where the name stands. */
export function middleOf(area: Area): [number, number] {
  let largest = 0;
  let middle: [number, number] = [0, 0];
  for (const ring of rings(area)) {
    const [x0 = 0, y0 = 0] = ring[0] ?? [];
    let [twice, sx, sy] = [0, 0, 0];
    for (let i = 0; i + 1 < ring.length; i++) {
      const [x1 = 0, y1 = 0] = ring[i] ?? [];
      const [x2 = 0, y2 = 0] = ring[i + 1] ?? [];
      // Measured from the first corner: far from the origin the products would cancel badly.
      const cross = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
      twice += cross;
      sx += (x1 + x2 - 2 * x0) * cross;
      sy += (y1 + y2 - 2 * y0) * cross;
    }
    if (Math.abs(twice) > largest) {
      largest = Math.abs(twice);
      middle = [x0 + sx / (3 * twice), y0 + sy / (3 * twice)];
    }
  }
  return middle;
}
