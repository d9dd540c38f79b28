/** What is known by now: the list from the server, with what was written down here and is not in it yet. */
import { state } from "./work";
import type { Door, Mark, Person, Ref, Result, Waiting } from "./shapes";
import * as vaults from "./vault";

/** The doors in walking order, those that were found here among them. */
export function doors(): Door[] {
  const listed = fromServer();
  const there = new Set(listed.map(placed));
  return [...listed, ...foundHere().filter((door) => !there.has(placed(door)))].sort(inOrder);
}

const fromServer = (): Door[] => Object.values(vaults.inside?.parts ?? {}).flat();
const placed = (door: Door): string => `${door.b}|${door.u ?? ""}|${door.d}`;

function foundHere(): Door[] {
  const houses = new Map(buildings().map((each) => [each.i, each]));
  return state.marks.flatMap(({ key, kind, place }): Door[] => {
    const house = place && houses.get(place.building);
    if (kind !== "door" || !place || !house) return [];
    const { unit, floor, number } = place;
    return [{ i: key, b: house.i, e: house.e, n: house.n, u: unit, f: floor, d: number, k: "", s: house.s, r: null, p: [] }];
  });
}

export const buildings = () => vaults.inside?.around?.buildings ?? [];
export const places = () => vaults.inside?.around?.places ?? [];

/** Who recorded something, by name; empty for oneself, and where that is not known. */
export const nameOf = (user: number | null): string => vaults.inside?.around?.by[String(user)] ?? "";

/** The door that is meant: by id, or by the key under which it was written down here. */
export const doorOf = (said: Ref | null | undefined): Door | undefined => finder()(said);

/** Finds many doors in one go. */
export function finder(all = doors()): (said: Ref | null | undefined) => Door | undefined {
  const byId = new Map(all.map((door) => [String(door.i), door]));
  const here = new Map(foundHere().map((door) => [String(door.i), placed(door)]));
  return (said) => {
    if (said === null || said === undefined) return undefined;
    const ref = String(alias(said));
    const found = byId.get(ref);
    if (found || !here.has(ref)) return found;
    return all.find((door) => placed(door) === here.get(ref)); // in the list by now, under an id
  };
}

const alias = (ref: Ref): Ref => vaults.inside?.aliases?.[String(ref)] ?? ref;

const number = (text: string): number => Number(/\d+/.exec(text)?.[0] ?? 0);
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

function inOrder(one: Door, other: Door): number {
  return (
    compare(one.e, other.e) ||
    number(one.n) - number(other.n) ||
    compare(one.n, other.n) ||
    one.b - other.b ||
    (one.u ?? 0) - (other.u ?? 0) ||
    (one.f ?? 0) - (other.f ?? 0) ||
    number(one.d) - number(other.d) ||
    compare(one.d, other.d)
  );
}

/** Keys of what was taken back here. */
const takenBack = (): Set<string | undefined> => new Set(written().filter((mark) => mark.kind === "undo").map((mark) => mark.of));

export interface Newest {
  r: Result;
  at: number;
  by: number | null;
  here: boolean;
}

/** The newest word on each door: what was written down here goes before what the list knew. */
export function results(): Map<Ref, Newest> {
  const [found, taken] = [new Map<Ref, Newest>(), takenBack()];
  for (const { i, r } of fromServer()) {
    if (r && !taken.has(r.i)) found.set(i, { r: r.r, at: r.t, by: r.by, here: false });
  }
  const find = finder();
  for (const mark of state.marks) {
    const door = mark.kind === "finding" && !taken.has(mark.key) ? find(mark.door) : undefined;
    if (door && mark.result) found.set(door.i, { r: mark.result, at: mark.at, by: vaults.inside?.author ?? null, here: true });
  }
  return found;
}

/** Everybody behind a door, with those who were written down here and are not in the list yet. */
export function peopleOf(door: Door): Person[] {
  const news = state.marks.filter((mark) => mark.kind === "person");
  const find = news.length ? finder() : doorOf;
  const here = news
    .filter((mark) => find(mark.door)?.i === door.i)
    .map((mark): Person => ({ i: mark.key, n: mark.name ?? "", a: "", x: [], w: false, z: null }));
  return [...door.p, ...here];
}

/** What waits for a decision, less what was decided here and is not sent yet. */
export function waiting(): Waiting[] {
  const decided = new Set(state.marks.map((mark) => mark.of));
  return (vaults.inside?.waiting ?? []).filter((each) => !decided.has(each.key));
}

/** All that was written down on this phone under this lease, as far as it is remembered, the oldest first. */
export const written = (): Mark[] => [...(vaults.inside?.past ?? []), ...state.marks];

export interface Entry {
  mark: Mark;
  how: "unsent" | "waiting" | "sent";
  takenBack: boolean;
  with: string[]; // what else goes with it where it is taken out: what builds on it, and itself
}

/** What was written down last, the newest first; what only decides about something else is left out. */
export function entries(): Entry[] {
  const [all, taken, open] = [written(), takenBack(), new Set(waiting().map((each) => each.key))];
  return all
    .filter((mark) => mark.kind !== "undo" && mark.kind !== "settle")
    .map((mark): Entry => ({ mark, how: state.outbox.has(mark.key) ? "unsent" : open.has(mark.key) ? "waiting" : "sent", takenBack: taken.has(mark.key), with: buildsOn(mark.key) }))
    .reverse();
}

/** Something and all that refers to it, however far. */
function buildsOn(key: string): string[] {
  const found = new Set([key]);
  for (const mark of state.marks) {
    if ([mark.door, mark.person, ...(mark.refers ?? [])].some((ref) => typeof ref === "string" && found.has(ref))) found.add(mark.key);
  }
  return [...found];
}
