/**
 * Areas coloured by how well they are staffed, beside a list of the same facts.
 *
 * The list is what counts: it is there without scripts, the keyboard walks
 * through it, and where WebGL 2 or the outlines are missing it is all there is.
 */
import { Map, Marker, NavigationControl, setWorkerCount, setWorkerUrl } from "maplibre-gl";
import type { GeoJSONSource, MapGeoJSONFeature } from "maplibre-gl";
import "maplibre-gl/dist/maplibre-gl.css";
import { type Areas, type ClassName, type Facts, boundsOf, drawable, middleOf } from "./map-data";
import { addHatch, drawLegend, fonts, namesOf, styleOf } from "./map-look";

for (const box of document.querySelectorAll<HTMLElement>("[data-map]")) {
  start(box).catch((reason: unknown) => giveWay(box, reason));
}

async function start(box: HTMLElement): Promise<void> {
  if (!document.createElement("canvas").getContext("webgl2")) throw new Error("no WebGL 2");
  const areas = await fetchAreas(box);
  if (!areas.features.length) throw new Error("no outlines");
  setWorkerUrl(new URL(box.dataset["worker"] ?? "", document.baseURI).href);
  setWorkerCount(1);
  const map = await drawn(box, areas);
  const legend = box.parentElement?.querySelector("[data-map-legend]");
  const words = (name: ClassName): string => box.dataset[`text${name[0]?.toUpperCase()}${name.slice(1)}`] ?? name;
  if (legend) drawLegend(legend, areas, words);
  const light = new Light(box, map, areas);
  if (box.dataset["pick"]) letPick(box, map);
  else light.listen();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    map.setStyle(styleOf(areas), { diff: false });
    map.once("styledata", () => addHatch(map));
    if (legend) drawLegend(legend, areas, words);
  });
  const every = Number(box.dataset["every"] ?? 0);
  if (every > 0) {
    setInterval(async () => {
      const fresh = await fetchAreas(box).catch(() => null);
      if (!fresh) return; // The last picture stays; the figures beside it tell their age.
      map.getSource<GeoJSONSource>("areas")?.setData(fresh);
      map.getSource<GeoJSONSource>("names")?.setData(namesOf(fresh));
      if (legend) drawLegend(legend, fresh, words);
      light.areas = fresh;
    }, every * 1000);
  }
  box.dataset["ready"] = "";
}

async function fetchAreas(box: HTMLElement): Promise<Areas> {
  const answer = await fetch(box.dataset["src"] ?? "", { headers: { Accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(`outlines: ${answer.status}`);
  return drawable(await answer.json());
}

function drawn(box: HTMLElement, areas: Areas): Promise<Map> {
  const say = box.dataset;
  const map = new Map({
    container: box,
    style: styleOf(areas),
    bounds: boundsOf(areas),
    fitBoundsOptions: { padding: 24 },
    attributionControl: false,
    localIdeographFontFamily: fonts(),
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    renderWorldCopies: false,
    fadeDuration: 0,
    cooperativeGestures: true, // or a thumb on the map could not scroll the page
    locale: {
      "Map.Title": box.getAttribute("aria-label") ?? "",
      "NavigationControl.ZoomIn": say["textZoomIn"] ?? "",
      "NavigationControl.ZoomOut": say["textZoomOut"] ?? "",
      "CooperativeGesturesHandler.WindowsHelpText": say["textTwoKeys"] ?? "",
      "CooperativeGesturesHandler.MacHelpText": say["textTwoKeys"] ?? "",
      "CooperativeGesturesHandler.MobileHelpText": say["textTwoFingers"] ?? "",
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  // Asked before the first tile is drawn; an event would come too late for the tiles that are being made.
  map.setMissingStyleImageResolver(() => addHatch(map));
  return new Promise((resolve, reject) => {
    map.once("load", () => resolve(map));
    map.once("error", (event) => reject(event.error));
  });
}

/** A click says where something stands: it fills in the point, in the system of this map, and nothing is sent yet. */
function letPick(box: HTMLElement, map: Map): void {
  const field = document.querySelector<HTMLInputElement>(box.dataset["pick"] ?? "");
  const system = document.querySelector<HTMLInputElement>(box.dataset["system"] ?? "");
  const pin = new Marker({ color: "#b42318" });
  const { lon, lat } = box.dataset;
  if (lon && lat) pin.setLngLat([Number(lon), Number(lat)]).addTo(map);
  map.getCanvas().style.cursor = "crosshair";
  map.on("click", ({ lngLat }) => {
    pin.setLngLat(lngLat).addTo(map);
    if (field) field.value = `${lngLat.lat.toFixed(6)}, ${lngLat.lng.toFixed(6)}`;
    if (system) system.checked = true;
  });
}

function giveWay(box: HTMLElement, reason: unknown): void {
  box.dataset["failed"] = reason instanceof Error ? reason.message : String(reason);
  const note = box.parentElement?.querySelector<HTMLElement>("[data-map-note]");
  if (note) note.hidden = false;
}

/** One area at a time is lit, on the map and in the list, whichever of them is pointed at. */
class Light {
  private lit: string | number | undefined;
  private readonly popup = Object.assign(document.createElement("div"), { className: "map-popup", hidden: true });

  constructor(
    private readonly box: HTMLElement,
    private readonly map: Map,
    public areas: Areas,
  ) {
    this.popup.setAttribute("aria-hidden", "true"); // the list says the same
    box.append(this.popup);
  }

  listen(): void {
    for (const layer of ["fill", "hatch"]) {
      this.map.on("mousemove", layer, (event) => this.show(event.features?.[0], event.point));
      this.map.on("mouseleave", layer, () => this.show(undefined));
      this.map.on("click", layer, (event) => follow(event.features?.[0]));
    }
    // Heard at the document: fresh figures put new rows in the place of those that were there at the start.
    for (const kind of ["mouseover", "focusin"]) {
      document.addEventListener(kind, (event) => {
        const row = this.rowOf(event.target);
        if (row && row.dataset["feature"] !== String(this.lit)) this.showRow(row);
      });
    }
    for (const kind of ["mouseout", "focusout"]) {
      document.addEventListener(kind, (event) => {
        const left = this.rowOf(event.target);
        const entered = this.rowOf((event as MouseEvent | FocusEvent).relatedTarget);
        if (left && left !== entered) this.show(undefined);
      });
    }
    document.addEventListener("htmx:afterSwap", () => this.markRows());
  }

  private rowOf(target: EventTarget | null): HTMLElement | null {
    return target instanceof Element ? target.closest<HTMLElement>(this.selector) : null;
  }

  private showRow(row: HTMLElement): void {
    const found = this.areas.features.find((one) => String(one.properties.id) === row.dataset["feature"]);
    if (found) this.show(found, this.map.project(middleOf(found)));
  }

  private markRows(): void {
    for (const row of this.rows()) row.toggleAttribute("data-lit", row.dataset["feature"] === String(this.lit));
  }

  private rows(): NodeListOf<HTMLElement> {
    return document.querySelectorAll(this.selector);
  }

  private get selector(): string {
    return `${this.box.dataset["list"] ?? ".map-list"} [data-feature]`;
  }

  private show(area: { properties: object } | undefined, at = { x: 0, y: 0 }): void {
    const facts = area?.properties as Facts | undefined;
    if (this.lit !== undefined) this.map.setFeatureState({ source: "areas", id: this.lit }, { lit: false });
    this.lit = facts?.id;
    this.markRows();
    this.map.getCanvas().style.cursor = facts?.url ? "pointer" : "";
    this.popup.hidden = !facts;
    if (!facts) return;
    this.map.setFeatureState({ source: "areas", id: facts.id }, { lit: true });
    const say = this.box.dataset;
    const name = Object.assign(document.createElement("strong"), { textContent: facts.name });
    const known = facts.asked !== undefined && facts.asked !== null;
    const numbers = known
      ? `${say["textPlaced"]} ${(facts.placed ?? 0).toLocaleString("en")} / ${say["textAsked"]} ${facts.asked?.toLocaleString("en")}`
      : (say["textUnknown"] ?? "");
    this.popup.replaceChildren(name, document.createElement("br"), numbers);
    // Kept inside the frame, whichever corner is pointed at.
    const room = { x: this.box.clientWidth - this.popup.offsetWidth, y: this.box.clientHeight - this.popup.offsetHeight };
    this.popup.style.left = `${Math.max(0, Math.min(at.x + 12, room.x))}px`;
    this.popup.style.top = `${Math.max(0, Math.min(at.y + 12, room.y))}px`;
  }
}

function follow(feature: MapGeoJSONFeature | undefined): void {
  const url = (feature?.properties as Facts | undefined)?.url;
  if (url) location.assign(url);
}
