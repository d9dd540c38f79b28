/** A door that is in no list: house first. What is found at it is written down at once, before the server knows it. */
import { h } from "./dom";
import { buildings, doors } from "./known";
import type { Screen } from "./screens";
import * as work from "./work";
import { t } from "./words";

export function newDoor(): Screen {
  const all = buildings();
  const title = t("new_door");
  if (!all.length) return { title, parts: [h("p", {}, t("no_buildings"))], back: true };
  const names = all.map((each) => h("option", { value: each.i }, [each.e, each.n].filter(Boolean).join(" ")));
  const house = h("select", { id: "building", class: "input" }, ...names);
  const input = (id: string, mode: string, most: number): HTMLInputElement =>
    h("input", { id, class: "input", inputmode: mode, autocomplete: "off", maxlength: most });
  const [unit, floor, number] = [input("unit", "numeric", 2), input("floor", "text", 3), input("number", "text", 12)];
  const field = (words: string, what: HTMLElement): HTMLElement => h("div", { class: "field" }, h("label", { for: what.id }, t(words)), what);
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const add = h("button", { class: "btn btn-primary btn-block", form: "new-door" }, t("add_door"));
  const parts = [error, field("building", house), field("unit_if", unit), field("floor_if", floor), field("door_number", number)];
  const form = h("form", { id: "new-door", class: "form", novalidate: true }, ...parts);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const place = { building: Number(house.value), unit: whole(unit.value), floor: whole(floor.value), number: number.value.trim() };
    const wrong = problemWith(place, unit.value, floor.value);
    error.textContent = wrong;
    error.hidden = !wrong;
    if (wrong) return number.focus();
    const known = doors().find((each) => each.b === place.building && each.u === place.unit && each.d === place.number);
    if (known) return goTo(known.i);
    add.disabled = true;
    void work.write("door", place, { door: null, place }).then(goTo);
  });
  return { title, parts: [form], actions: [add], back: true };
}

const goTo = (door: number | string): void => void (location.hash = `#/door/${door}`);
const whole = (said: string): number | null => (/^-?\d{1,3}$/.test(said.trim()) ? Number(said) : null);

function problemWith(place: { unit: number | null; floor: number | null; number: string }, unit: string, floor: string): string {
  if (!place.number) return t("door_number_missing");
  if (unit.trim() && (place.unit === null || place.unit < 1 || place.unit > 99)) return t("unit_wrong");
  if (floor.trim() && (place.floor === null || place.floor < -9 || place.floor > 199)) return t("floor_wrong");
  return "";
}
