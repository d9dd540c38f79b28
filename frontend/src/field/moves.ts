/** Somebody moved: what happened, since when, and where to. The desk is told, and decides. */
import { choices, h } from "./dom";
import { doorOf, doors, peopleOf, places } from "./known";
import { doorName, personName } from "./says";
import type { Screen } from "./screens";
import { type Door, MOVES, type Person, type Ref, type What } from "./shapes";
import * as work from "./work";
import { t } from "./words";

const BEHIND = new Set<What>(["door", "guest"]);
const THERE = new Set<What>(["hospital", "school", "quarantine"]);
const NO_MATTER_MS = 60_000;

/** Where to, as it is sent; null where it was not chosen yet. */
type Read = () => { to?: Ref; joins?: boolean; counted_in?: number } | null;
interface Asked {
  box: HTMLElement;
  read: Read;
}

/** The screen of a move by its address, where door and person are still there. */
export function moveAt(hash: string): Screen | undefined {
  const found = /^#\/move\/([\w-]+)\/([\w-]+)$/.exec(hash);
  const door = found ? doorOf(found[1]) : undefined;
  const person = door && peopleOf(door).find((each) => String(each.i) === found?.[2]);
  return door && person ? oneMove(door, person) : undefined;
}

function oneMove(door: Door, person: Person): Screen {
  const where = h("div", {});
  const error = h("p", { class: "error", role: "alert", hidden: true });
  let read: Read = () => ({});
  const what = choices<What>("what", t("what_happened"), MOVES, (each) => t(`move_${each}`), null, (now) => {
    const asked = BEHIND.has(now) ? behind(door) : THERE.has(now) ? there() : null;
    read = asked?.read ?? (() => ({}));
    where.replaceChildren(...(asked ? [asked.box] : []));
    error.hidden = true;
  });
  what.box.classList.add("field-list");
  const since = h("input", { id: "since", class: "input", type: "datetime-local", value: local(Date.now()), max: local(Date.now()) });
  const tell = h("button", { class: "btn btn-primary btn-block", type: "button" }, t("tell_desk"));
  tell.addEventListener("click", () => {
    const [taken, from, told] = [what.taken(), new Date(since.value).getTime(), read()];
    const late = Number.isNaN(from) || from > Date.now() + NO_MATTER_MS;
    error.textContent = !taken ? t("choose_what") : !told ? t("choose_where") : late ? t("since_wrong") : "";
    error.hidden = !error.textContent;
    if (!taken || !told || late) return error.scrollIntoView({ block: "center" });
    tell.disabled = true;
    void save(door, person, taken, from, told);
  });
  const when = h("div", { class: "field" }, h("label", { for: "since" }, t("since_when")), h("p", { class: "hint" }, t("since_hint")), since);
  const parts = [h("p", {}, doorName(door)), error, what.box, where, when];
  return { title: t("moved_who", { name: personName(person) }), parts, actions: [tell], back: `#/door/${door.i}` };
}

async function save(door: Door, person: Person, what: What, from: number, told: NonNullable<ReturnType<Read>>): Promise<void> {
  const says = { person: person.i, what, since: Math.round(from + work.state.offset), ...told };
  await work.write("move", says, { door: door.i, person: person.i, what, refers: told.to === undefined ? [] : [told.to] });
  location.hash = `#/door/${door.i}`;
}

const field = (words: string, what: HTMLElement, hint = ""): HTMLElement =>
  h("div", { class: "field" }, h("label", { for: what.id }, t(words)), hint ? h("p", { class: "hint" }, t(hint)) : null, what);

/** Behind which of the doors on this phone, and with whom. */
function behind(from: Door): Asked {
  const all = doors().filter((each) => each.i !== from.i);
  const houses = [...new Map(all.map((each) => [each.b, [each.e, each.n].filter(Boolean).join(" ")])).entries()];
  const house = h("select", { id: "house", class: "input" }, ...houses.map(([id, name]) => h("option", { value: id, selected: id === from.b }, name)));
  const door = h("select", { id: "to", class: "input" });
  const named = (each: Door): string => [each.u === null ? "" : t("unit", { unit: each.u }), each.d].filter(Boolean).join(" ");
  const fill = (): void => {
    const inside = all.filter((each) => String(each.b) === house.value);
    door.replaceChildren(h("option", { value: "" }, "–"), ...inside.map((each) => h("option", { value: each.i }, named(each))));
  };
  house.addEventListener("change", fill);
  fill();
  const joins = choices("joins", t("with_whom"), ["join", "own"] as const, (each) => t(`joins_${each}`), "join");
  const read: Read = () => {
    const to = all.find((each) => String(each.i) === door.value);
    return to ? { to: to.i, joins: joins.taken() !== "own" } : null;
  };
  return { box: h("div", { class: "field-stack" }, field("building", house), field("which_door", door), joins.box), read };
}

/** In which micro-grid of the street they are counted meanwhile. */
function there(): Asked {
  const all = places().map((each) => h("option", { value: each.i }, each.n));
  const spot = h("select", { id: "spot", class: "input" }, h("option", { value: "" }, "–"), ...all);
  return { box: field("which_place", spot, "farther_away"), read: () => (spot.value ? { counted_in: Number(spot.value) } : null) };
}

/** A moment as the input of a date and an hour writes it. */
function local(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
