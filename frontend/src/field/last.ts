/** What was written down on this phone last: to look at it, to take it out unsent, to take it back once sent. */
import { h } from "./dom";
import { type Entry, doorOf, entries } from "./known";
import { doorName, resultName } from "./says";
import type { Screen } from "./screens";
import type { Door } from "./shapes";
import * as work from "./work";
import { moment, t } from "./words";

const MOST = 50;

export function lastEntries(redraw: () => void): Screen {
  const all = entries();
  const parts = all.slice(0, MOST).map((entry) => oneEntry(entry, doorOf(entry.mark.kind === "door" ? entry.mark.key : entry.mark.door), redraw));
  const title = all.length ? t("last_entries") : t("nothing_written");
  return { title, parts: parts.length ? parts : [h("p", {}, t("nothing_written_hint"))], back: true };
}

function oneEntry(entry: Entry, door: Door | undefined, redraw: () => void): HTMLElement {
  const { mark } = entry;
  const where = door ? doorName(door) : (mark.place?.number ?? (mark.begun || mark.kind === "start" ? mark.name : ""));
  const state = entry.takenBack ? t("taken_back") : t(`entry_${entry.how}`);
  return h(
    "section",
    { class: "panel", "data-key": mark.key },
    h("h2", {}, where || what(entry)),
    h("p", {}, [where ? what(entry) : "", moment(mark.at)].filter(Boolean).join(" · ")),
    h("p", {}, h("span", { class: entry.how === "sent" ? "state state-good" : "state state-warn" }, state)),
    undo(entry, redraw),
  );
}

function what({ mark }: Entry): string {
  if (mark.kind === "finding") return [resultName(mark.result), mark.back ? t("back_short", { when: moment(mark.back) }) : ""].filter(Boolean).join(" · ");
  if (mark.kind === "person") return `${t("kind_person")}: ${mark.name ?? ""}`;
  if (mark.kind === "need") return `${t("kind_need")}: ${t(`ask_${mark.need}`)}`;
  if (mark.kind === "move") return t(`move_${mark.what}`);
  return t(`kind_${mark.kind}`);
}

/** What can still be undone, and how; words where the desk alone can mend it. */
function undo(entry: Entry, redraw: () => void): HTMLElement | null {
  const { mark } = entry;
  if (entry.takenBack || entry.how === "waiting" || mark.kind === "shown") return null;
  const untried = entry.with.every((key) => work.state.outbox.get(key) === false);
  if (untried) {
    const words = entry.with.length > 1 ? t("take_out_with", { n: entry.with.length - 1 }) : t("take_out");
    return button(words, () => work.takeOut(entry.with).then(redraw));
  }
  if (mark.kind !== "finding") return h("p", { class: "hint" }, t("desk_mends"));
  return button(t("take_back"), () => work.write("undo", { of: mark.key }, { door: mark.door, of: mark.key }).then(redraw));
}

function button(words: string, does: () => Promise<unknown>): HTMLElement {
  const made = h("button", { class: "btn btn-block", type: "button" }, words);
  made.addEventListener("click", () => {
    made.disabled = true;
    void does();
  });
  return made;
}
