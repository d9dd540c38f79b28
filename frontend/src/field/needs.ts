/** Something is needed at a door: one tap, and the desk has it in its duty log; of medicine and treatment one tap more. */
import { h } from "./dom";
import { entries } from "./known";
import { type Door, NEEDS, type Need } from "./shapes";
import * as work from "./work";
import { moment, t } from "./words";

const DAYS = [0, 1, 2, 3, 7];
const DAY_MS = 86_400_000;
type Tell = (need: Need, says: object) => void;

export function needsAt(door: Door): HTMLElement {
  const more = h("div", {});
  const tell: Tell = (need, says) => {
    for (const each of box.querySelectorAll("button")) each.disabled = true;
    void work.write("need", { door: door.i, need, ...says }, { door: door.i, need }).then(() => box.replaceWith(needsAt(door)));
  };
  const tap = (need: Need): void => {
    if (need === "medicine") more.replaceChildren(daysOf(tell));
    else if (need === "treatment") more.replaceChildren(dayOf(tell));
    else return tell(need, {});
    more.querySelector("button")?.focus();
  };
  const buttons = NEEDS.map((need) => h("button", { class: "btn", type: "button", onclick: () => tap(need) }, t(`ask_${need}`)));
  const box = h("section", { class: "panel" }, h("h2", {}, t("needed_here")), told(door), h("p", { class: "hint" }, t("needed_hint")), h("div", { class: "field-two" }, ...buttons), more);
  return box;
}

/** What the desk was told of this door from this phone. */
function told(door: Door): HTMLElement | null {
  const found = entries().filter(({ mark }) => mark.kind === "need" && mark.door === door.i);
  if (!found.length) return null;
  const lines = found.map(({ mark, how }) => h("p", {}, `${t(`ask_${mark.need}`)}, ${moment(mark.at)} · ${t(`entry_${how}`)}`));
  return h("div", { class: "note note-good", role: "status" }, ...lines);
}

function daysOf(tell: Tell): HTMLElement {
  const buttons = DAYS.map((days) => h("button", { class: "btn", type: "button", onclick: () => tell("medicine", { days }) }, t("days", { n: days })));
  const unknown = h("button", { class: "btn", type: "button", onclick: () => tell("medicine", {}) }, t("not_known"));
  return h("fieldset", { class: "field" }, h("legend", {}, t("lasts_days")), h("div", { class: "field-two" }, ...buttons, unknown));
}

function dayOf(tell: Tell): HTMLElement {
  const on = (day: string): void => tell("treatment", day ? { on: day } : {});
  const near = ["today", "tomorrow", "in_two_days"].map((words, n) => h("button", { class: "btn", type: "button", onclick: () => on(dayIn(n)) }, t(words)));
  const other = h("input", { class: "input", type: "date", id: "on", min: dayIn(0) });
  const button = h("button", { class: "btn btn-block", type: "button", onclick: () => (other.value ? on(other.value) : other.focus()) }, t("that_day"));
  const unknown = h("button", { class: "btn", type: "button", onclick: () => on("") }, t("not_known"));
  return h(
    "fieldset",
    { class: "field" },
    h("legend", {}, t("next_treatment")),
    h("div", { class: "field-two" }, ...near, unknown),
    h("div", { class: "field" }, h("label", { for: "on" }, t("another_day")), other),
    button,
  );
}

/** A day as the calendar of this place writes it. */
function dayIn(days: number): string {
  const then = new Date(Date.now() + days * DAY_MS);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`;
}
