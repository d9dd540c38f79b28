/** How doors, people and findings are said. */
import { t, tongue } from "./words";
import type { Door, Mark, Person } from "./shapes";

export function doorName(door: Door): string {
  const parts = [door.e, door.n].filter(Boolean).join(" ");
  if (tongue === "en") return [parts, door.u === null ? "" : t("unit", { unit: door.u }), door.d].filter(Boolean).join(", ");
  return `${parts}${door.u === null ? " " : t("unit", { unit: door.u })}${door.d}`;
}

export const resultName = (result: string | null | undefined): string => (result ? t(`result_${result}`) : t("not_yet"));

export function personName(person: Person): string {
  const age = person.a ? t(`age_${person.a}`) : "";
  return [person.n || t("no_name"), age].filter(Boolean).join(" · ");
}

export const needsOf = (person: Person): string => person.x.map((each) => t(`need_${each}`)).join(" · ");

/** Everybody behind a door, with those who were written down here and are not in the list yet. */
export function peopleOf(door: Door, marks: Mark[]): Person[] {
  const here = marks
    .filter((mark) => mark.kind === "person" && mark.door === door.i)
    .map((mark): Person => ({ i: mark.key, n: mark.name ?? "", a: "", x: [], w: false, z: null }));
  return [...door.p, ...here];
}
