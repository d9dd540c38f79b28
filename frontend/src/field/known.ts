/** What is known by now: the list from the server, with what was written down here and is not in it yet. */
import { state } from "./work";
import type { Door, Mark, Person, Ref, Result, Waiting } from "./shapes";
import * as vaults from "./vault";

/** What is worked out of the list and of what was written down here, until one of them changes: three thousand doors. */
interface Worked {
  of: unknown[];
  all: Door[];
  byId: Map<string, Door>;
  here: Map<string, string>;
  news: Map<Ref, Person[]>;
}
let last: Worked | undefined;

/** What the list is made of, to be compared one by one. */
const standing = (): unknown[] => [vaults.inside?.parts, vaults.inside?.around, vaults.inside?.aliases, state.marks, state.marks.length];

/** The same as `standing`, with what waits for a decision: all that the lists show. */
export const shownByList = (): unknown[] => [...standing(), vaults.inside?.crew, vaults.inside?.told?.map((each) => each.i).join(), vaults.inside?.waiting.map((each) => each.key).join()];

function worked(): Worked {
  const of = standing();
  if (last?.of.every((each, at) => each === of[at])) return last;
  const [listed, found] = [fromServer(), foundHere()];
  const there = new Set(found.length ? listed.map(placed) : []);
  const all = inOrder([...listed, ...found.filter((door) => !there.has(placed(door)))]);
  const byId = new Map(all.map((door) => [String(door.i), door]));
  const here = new Map(found.map((door) => [String(door.i), placed(door)]));
  last = { of, all, byId, here, news: new Map() };
  for (const mark of state.marks) {
    const door = mark.kind === "person" ? doorOf(mark.door) : undefined;
    if (!door) continue;
    const person: Person = { i: mark.key, n: mark.name ?? "", a: "", x: [], w: false, z: null };
    last.news.set(door.i, [...(last.news.get(door.i) ?? []), person]);
  }
  return last;
}

/** The doors in walking order, those that were found here among them. */
export const doors = (): Door[] => worked().all;

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
export function doorOf(said: Ref | null | undefined): Door | undefined {
  if (said === null || said === undefined) return undefined;
  const { all, byId, here } = worked();
  const ref = String(alias(said));
  const found = byId.get(ref);
  if (found || !here.has(ref)) return found;
  return all.find((door) => placed(door) === here.get(ref)); // in the list by now, under an id
}

const alias = (ref: Ref): Ref => vaults.inside?.aliases?.[String(ref)] ?? ref;

const number = (text: string): number => Number(/\d+/.exec(text)?.[0] ?? 0);
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** As one walks; the numbers in names are read once a door. */
function inOrder(all: Door[]): Door[] {
  const read = all.map((door) => ({ door, house: number(door.n), number: number(door.d) }));
  read.sort(
    (one, other) =>
      compare(one.door.e, other.door.e) ||
      one.house - other.house ||
      compare(one.door.n, other.door.n) ||
      one.door.b - other.door.b ||
      (one.door.u ?? 0) - (other.door.u ?? 0) ||
      (one.door.f ?? 0) - (other.door.f ?? 0) ||
      one.number - other.number ||
      compare(one.door.d, other.door.d),
  );
  return read.map(({ door }) => door);
}

/** Keys of what was taken back here. */
const takenBack = (): Set<string | undefined> => new Set(written().filter((mark) => mark.kind === "undo").map((mark) => mark.of));

export interface Newest {
  r: Result;
  at: number;
  by: number | null;
  here: boolean;
  back: number | null; // when they asked to come back
}

/** The newest word on each door: what was written down here goes before what the list knew. */
export function results(): Map<Ref, Newest> {
  const [found, taken] = [new Map<Ref, Newest>(), takenBack()];
  for (const { i, r } of fromServer()) {
    if (r && !taken.has(r.i)) found.set(i, { r: r.r, at: r.t, by: r.by, here: false, back: r.b ?? null });
  }
  for (const mark of state.marks) {
    const door = mark.kind === "finding" && !taken.has(mark.key) ? doorOf(mark.door) : undefined;
    if (door && mark.result) found.set(door.i, { r: mark.result, at: mark.at, by: vaults.inside?.author ?? null, here: true, back: mark.back ?? null });
  }
  return found;
}

/** Everybody behind a door, with those who were written down here and are not in the list yet. */
export const peopleOf = (door: Door): Person[] => [...door.p, ...(worked().news.get(door.i) ?? [])];

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
