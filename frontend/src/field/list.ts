/** A long list of which only what is seen is drawn: three thousand rows scroll like thirty. */
import { h } from "./dom";

const AHEAD = 6;

export function longList<T>(rows: T[], row_px: number, draw: (row: T) => HTMLElement): HTMLElement {
  const room = h("ol", { class: "field-rows" });
  room.style.height = `${rows.length * row_px}px`;
  const drawn = new Map<number, HTMLElement>();
  let asked = false;

  const fill = (): void => {
    asked = false;
    const top = -room.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(top / row_px) - AHEAD);
    const last = Math.min(rows.length, Math.ceil((top + innerHeight) / row_px) + AHEAD);
    for (const [at, element] of drawn) {
      if (at >= first && at < last) continue;
      if (element.contains(document.activeElement)) continue; // the keyboard stands on it
      element.remove();
      drawn.delete(at);
    }
    for (let at = first; at < last; at++) {
      const row = rows[at];
      if (row === undefined || drawn.has(at)) continue;
      const item = h("li", { "aria-setsize": rows.length, "aria-posinset": at + 1 }, draw(row));
      item.style.transform = `translateY(${at * row_px}px)`;
      item.style.height = `${row_px}px`;
      drawn.set(at, item);
      // In the order of the list, for the keyboard and for whoever listens to it.
      const after = [...drawn.entries()].filter(([other]) => other > at).sort(([a], [b]) => a - b)[0]?.[1] ?? null;
      room.insertBefore(item, after);
    }
  };
  const soon = (): void => {
    if (!room.isConnected) {
      removeEventListener("scroll", soon);
      removeEventListener("resize", soon);
      return;
    }
    if (!asked) requestAnimationFrame(fill);
    asked = true;
  };
  addEventListener("scroll", soon, { passive: true });
  addEventListener("resize", soon);
  requestAnimationFrame(fill);
  return room;
}
