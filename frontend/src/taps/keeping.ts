/** A tap that is kept: its identity, and the notes that say what becomes of it. */
import { type Came, type Who, NoSignal, exchange } from "./exchange";
import * as store from "./store";
import { moment, speaks, t, tongue } from "./words";

/** A UUID of version 7: an identity, and nobody reads its time. */
function uuid7(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let i = 5; i >= 0; i--) {
    bytes[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

type Told = Pick<store.Tap, "code" | "does" | "at"> & Partial<Pick<store.Tap, "key" | "of" | "service" | "person">>;

/** Keep a tap. False where the phone keeps nothing, or nobody is signed in on it. */
export async function keep(told: Told): Promise<boolean> {
  try {
    const phone = await store.phone();
    if (!phone) return false;
    await store.write({ key: uuid7(), ...told, mark: phone.mark, offset: phone.offset });
    return true;
  } catch {
    return false;
  }
}

export function element(tag: string, look: string, ...parts: (Node | string)[]): HTMLElement {
  const made = document.createElement(tag);
  if (look) made.className = look;
  made.append(...parts);
  return made;
}

export function button(words: string, look: string, does: () => unknown): HTMLButtonElement {
  const made = element("button", look, words) as HTMLButtonElement;
  made.type = "button";
  made.addEventListener("click", () => {
    made.disabled = true;
    void does();
  });
  return made;
}

export function note(look: string, role: string, ...parts: (Node | string)[]): HTMLElement {
  const made = element("div", `note ${look}`, ...parts.map((part) => (typeof part === "string" ? element("p", "", part) : part)));
  made.setAttribute("role", role);
  return made;
}

/** The notes on taps that are here: kept, refused, or of whom it is not clear. */
export async function notes(came: Came | undefined, redraw: (came?: Came) => unknown): Promise<HTMLElement[]> {
  const lost = came?.lost ? [note("note-warn", "alert", came.lost)] : [];
  if (!speaks()) return lost;
  const sent = came?.sent ? [note("note-good", "status", t("sent"))] : [];
  return [...lost, ...sent, ...(await store.taps()).map((tap) => about(tap, came?.whose.get(tap.key), redraw))];
}

function about(tap: store.Tap, people: Who[] | undefined, redraw: (came?: Came) => unknown): HTMLElement {
  const facts = { when: moment(tap.at + tap.offset) };
  if (tap.told) {
    const read = button(t("read"), "btn", () => store.settle([], [tap]).then(() => redraw()));
    return note("note-warn", "alert", t(`refused_${tap.does}`, facts), tap.told[tongue] ?? "", element("p", "", read));
  }
  if (people) {
    const ways = people.map(({ person, name }) => button(t("whose_person", { name }), "btn", () => store.settle([{ ...tap, person }], []).then(() => sendAndDraw(redraw))));
    return note("note-warn", "alert", t(`whose_${tap.does}`, facts), element("p", "taps-ways", ...ways.flatMap((way) => [way, " "])));
  }
  return note("", "status", t(`kept_${tap.does}`, facts), t("kept_hint"));
}

/** Send, if there is a signal, and say what came of it. */
export async function sendAndDraw(redraw: (came?: Came) => unknown): Promise<void> {
  let came: Came | undefined;
  try {
    came = await exchange();
  } catch (problem) {
    if (!(problem instanceof NoSignal)) throw problem;
  }
  await redraw(came);
}

const AGAIN_MS = 20_000;

/** Send again by itself, as long as the page is open and something waits; `looks`: also where nothing does. */
export function keepTrying(redraw: (came?: Came) => unknown, looks = false): void {
  const again = async (looked = false): Promise<void> => {
    if (looked || (await store.taps()).some((tap) => !tap.told)) await sendAndDraw(redraw);
  };
  addEventListener("online", () => void again(looks));
  setInterval(() => void (document.hidden ? undefined : again()), AGAIN_MS);
}
