/** What goes to the server and comes from it. Whatever fails, nothing that is kept here is lost by it. */
import * as store from "./store";

const SPEAKS = 1; // as in src/linli/web/exchanging.py
const ADDRESS = "/post/taps";
const MOST = 50;
export const PATIENCE_MS = 15_000;
const FLAG = "linli-taps"; // that something may be kept here: a page of nobody's looks no further without it
const CACHES = "linli-post-";

export interface Who {
  person: number;
  name: string;
}

interface Reply {
  v: number;
  at: number;
  csrf: string;
  own: string;
  mark: string;
  lost?: string;
  answers: { key: string; state: "done" | "refused" | "whose" | "later"; sentence?: store.Sentence; people?: Who[] }[];
}

/** What came of an exchange. `lost`: taps went with the session they were made in; in words. */
export interface Came {
  sent: number;
  whose: Map<string, Who[]>;
  lost: string;
}

/** There is no server, or what answers is not it. */
export class NoSignal extends Error {}

/** Ask one of our addresses, for so long and no longer. */
export async function ask(address: string, more: RequestInit): Promise<Response> {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    return await fetch(address, { ...more, credentials: "same-origin", cache: "no-store", redirect: "manual", signal: stop.signal });
  } catch {
    throw new NoSignal();
  } finally {
    clearTimeout(late);
  }
}

async function asked(said?: { csrf: string; taps: store.Tap[] }): Promise<Reply> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (said) Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": said.csrf });
  const reply = await ask(ADDRESS, said ? { method: "POST", headers, body: JSON.stringify({ v: SPEAKS, taps: said.taps }) } : { headers });
  if (!reply.ok) throw new NoSignal();
  let found: Reply;
  try {
    found = (await reply.json()) as Reply;
  } catch {
    throw new NoSignal();
  }
  if (found.v !== SPEAKS) throw new NoSignal(); // one of us is older: nothing is sent or thrown away
  return found;
}

export const mayKeep = (): boolean => localStorage.getItem(FLAG) !== null;

/** From now on this phone opens the pages of posts without a signal. */
export async function begin(phone: store.Phone): Promise<void> {
  await store.keepPhone(phone);
  localStorage.setItem(FLAG, "1");
  await navigator.serviceWorker?.register("/post/sw.js", { scope: "/post/" }).catch(() => undefined);
}

/** Somebody signed out, or was signed out: nothing stays. */
async function end(): Promise<void> {
  await store.forget();
  localStorage.removeItem(FLAG);
  const worker = await navigator.serviceWorker?.getRegistration("/post/").catch(() => undefined);
  await worker?.unregister();
  const names = (await self.caches?.keys()) ?? [];
  await Promise.all(names.filter((name) => name.startsWith(CACHES)).map((name) => caches.delete(name)));
}

let running: Promise<Came> | undefined;

/** Send what is not sent yet, and learn as whose phone. One at a time. Throws NoSignal. */
export function exchange(): Promise<Came> {
  running ??= once().finally(() => (running = undefined));
  return running;
}

async function once(): Promise<Came> {
  const came: Came = { sent: 0, whose: new Map(), lost: "" };
  const said = await asked();
  if (!said.own) {
    const waiting = (await store.taps()).filter((tap) => !tap.told);
    await end();
    return { ...came, lost: waiting.length ? (said.lost ?? "") : "" };
  }
  await begin({ own: said.own, mark: said.mark, offset: said.at - Date.now(), seen: Date.now() });
  const waiting = (await store.taps()).filter((tap) => !tap.told);
  for (let from = 0; from < waiting.length; from += MOST) await bring(waiting.slice(from, from + MOST), said.csrf, came);
  return came;
}

async function bring(some: store.Tap[], csrf: string, came: Came): Promise<void> {
  await store.settle(some.map((tap) => ({ ...tap, tried: true })), []);
  const { answers } = await asked({ csrf, taps: some });
  const [gone, changed]: [store.Tap[], store.Tap[]] = [[], []];
  for (const answer of answers) {
    const tap = some.find((each) => each.key === answer.key);
    if (!tap) continue;
    if (answer.state === "done") gone.push(tap);
    if (answer.state === "refused") changed.push({ ...tap, tried: true, told: answer.sentence ?? {} });
    if (answer.state === "whose") came.whose.set(tap.key, answer.people ?? []);
  }
  await store.settle(changed, gone);
  came.sent += gone.length;
}
