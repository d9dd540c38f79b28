/** Doors where somebody asked to come back: from an hour before that time they stand first, and say so. */
import { results } from "./known";
import type { Door, Ref } from "./shapes";
import { clock } from "./work";
import { moment, t } from "./words";

const SOON_MS = 3_600_000; // as src/linli/worklist/rules.py
export type Due = "" | "soon" | "now" | "late";

/** How a time that was asked for stands to what time it is: "" where there is none, or it is more than an hour away. */
export function dueAs(back: number | null | undefined, at: number): Due {
  if (!back || back - at > SOON_MS) return "";
  if (back > at) return "soon";
  return at - back < SOON_MS ? "now" : "late";
}

/** What is said of a time that was asked for. */
export const backWords = (back: number, at: number): string => t(`back_${dueAs(back, at) || "short"}`, { when: moment(back) });

/** Doors that are due, by the time that was asked for, before all others, which stay as they were. */
export function dueFirst(all: Door[]): Door[] {
  const [found, at] = [results(), clock()];
  const back = (door: Door): number => found.get(door.i)?.back ?? 0;
  const due = all.filter((door) => dueAs(back(door), at));
  if (!due.length) return all;
  due.sort((one, other) => back(one) - back(other));
  const first = new Set(due);
  return [...due, ...all.filter((door) => !first.has(door))];
}

/** Which doors are due, and how: a list that was drawn before is drawn anew where it changes. */
export function dueNow(): string {
  const [at, due] = [clock(), [] as string[]];
  results().forEach(({ back }, door: Ref) => {
    const how = dueAs(back, at);
    if (how) due.push(`${door}${how}`);
  });
  return due.join();
}
