/** “Come back at six”: when somebody at a door asked to come back. Nothing is said unless something is chosen. */
import { choices, h } from "./dom";
import { t } from "./words";

const HOUR_MS = 3_600_000;
const MOST_AHEAD_MS = 7 * 24 * HOUR_MS;
const BACKS = ["", "two_hours", "evening", "tomorrow", "other"] as const;
type Back = (typeof BACKS)[number];

/** What is chosen, kept while the door is drawn anew. */
export interface Chosen {
  back: Back;
  typed: string;
}

export interface Asked {
  box: HTMLElement;
  chosen: () => Chosen;
  taken: (at: number) => number | null; // the moment that is meant, as of a moment; null: none
  wrong: (at: number) => boolean; // whether that cannot be kept; then the box says so
}

export function comesBack(before: Chosen | undefined): Asked {
  const other = h("input", { id: "back_at", class: "input", type: "datetime-local", value: before?.typed });
  const when = h("div", { class: "field", hidden: before?.back !== "other" }, h("label", { for: "back_at" }, t("back_at")), other);
  const error = h("p", { class: "error", role: "alert", hidden: true }, t("back_wrong"));
  const back = choices<Back>("back", t("back_when"), BACKS, (each) => t(`back_${each || "none"}`), before?.back ?? "", (now) => {
    error.hidden = true;
    when.hidden = now !== "other";
  });
  const box = h("details", { class: "panel", open: Boolean(before?.back) }, h("summary", {}, t("back_asked")), error, back.box, when);
  const taken = (at: number): number | null => momentOf(back.taken() ?? "", other.value, at);
  const wrong = (at: number): boolean => {
    const moment = taken(at);
    error.hidden = moment === null || (moment > at && moment <= at + MOST_AHEAD_MS); // NaN is neither
    if (!error.hidden) box.open = true;
    return !error.hidden;
  };
  return { box, chosen: () => ({ back: back.taken() ?? "", typed: other.value }), taken, wrong };
}

function momentOf(back: Back, typed: string, at: number): number | null {
  const day = new Date(at);
  if (back === "two_hours") return at + 2 * HOUR_MS;
  if (back === "evening") return day.setHours(19, 0, 0, 0);
  if (back === "tomorrow") return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, 9).getTime();
  return back === "other" ? new Date(typed).getTime() : null;
}
