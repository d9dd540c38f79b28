/** How doors, people and findings are said. */
import { t, tongue } from "./words";
import type { Door, Person } from "./shapes";

export function doorName(door: Door): string {
  const parts = [door.e, door.n].filter(Boolean).join(" ");
  if (tongue === "en") return [parts, door.u === null ? "" : t("unit", { unit: door.u }), door.d].filter(Boolean).join(", ");
  return `${parts}${door.u === null ? " " : t("unit", { unit: door.u })}${door.d}`;
}

export const resultName = (result: string | null | undefined): string => (result ? t(`result_${result}`) : t("not_yet"));

export const shortName = (person: Person): string => person.n || t(person.h ? "a_child" : "no_name");

export function personName(person: Person): string {
  const age = person.a ? t(`age_${person.a}`) : "";
  return [shortName(person), age].filter(Boolean).join(" · ");
}

export const needsOf = (person: Person): string => person.x.map((each) => t(`need_${each}`)).join(" · ");
