/**
 * The doors under a PIN: a key that the PIN wraps, five tries, then they are gone from this phone. Whoever copies the
 * store can try every PIN in time; docs/how-to/work-without-a-signal.md says so.
 */
import { random, utf8 } from "./bytes";
import type { Inside, Mark, Vault } from "./shapes";
import { type Locked, dropMarks, forgetDoors, keep, kept, marks } from "./store";

export const MOST_TRIES = 5;
const ROUNDS = 310_000;

/** What is open now; it goes with the page. */
let key: CryptoKey | undefined;
export let inside: Inside | undefined;
export let vault: Vault | undefined;

export async function look(): Promise<Vault | undefined> {
  vault = await kept<Vault>("vault");
  return vault;
}

async function wrapping(pin: string, salt: Uint8Array, rounds: number): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey("raw", utf8(pin), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: salt as Uint8Array<ArrayBuffer>, iterations: rounds };
  return crypto.subtle.deriveKey(how, typed, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const unwrapped = (raw: ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);

/** Lock what was lent under a PIN that was chosen. */
export async function make(pin: string, lent: Omit<Vault, "salt" | "rounds" | "iv" | "wrapped" | "tries">, first: Inside): Promise<void> {
  const [raw, salt, iv] = [random(32), random(16), random(12)];
  const wrapped = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await wrapping(pin, salt, ROUNDS), raw);
  const made: Vault = { ...lent, salt, rounds: ROUNDS, iv, wrapped, tries: 0 };
  const opener = await unwrapped(raw);
  const locked = await lock("inside", first, opener);
  await forgetDoors();
  await keep("inside", locked);
  await keep("vault", made);
  [key, inside, vault] = [opener, first, made];
}

async function lock(name: string, what: object, under: CryptoKey): Promise<Locked> {
  const iv = random(12);
  return { key: name, iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, under, utf8(JSON.stringify(what))) };
}

async function unlock<T>(what: Locked, under: CryptoKey): Promise<T> {
  const iv = what.iv as Uint8Array<ArrayBuffer>;
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, under, what.data))) as T;
}

/** Open the doors. Returns how many tries are left: MOST_TRIES where it was right, 0 where the doors are gone now. */
export async function open(pin: string): Promise<number> {
  const found = await look();
  if (!found) return 0;
  // Counted before it is looked at: closing the page in time wins no further try.
  found.tries += 1;
  await keep("vault", found);
  try {
    const under = await wrapping(pin, found.salt, found.rounds);
    const raw = await crypto.subtle.decrypt({ name: "AES-GCM", iv: found.iv as Uint8Array<ArrayBuffer> }, under, found.wrapped);
    const opener = await unwrapped(raw);
    const locked = await kept<Locked>("inside");
    if (!locked) throw new Error("half a vault");
    inside = await unlock<Inside>(locked, opener);
    key = opener;
  } catch {
    if (found.tries >= MOST_TRIES) await forget();
    return MOST_TRIES - found.tries;
  }
  found.tries = 0;
  await keep("vault", found);
  return MOST_TRIES;
}

/** Keep what is open as it is now. */
export async function save(): Promise<void> {
  if (key && inside) await keep("inside", await lock("inside", inside, key));
}

export async function saveVault(): Promise<void> {
  if (vault) await keep("vault", vault);
}

/** Close it: the PIN is asked for again. */
export function close(): void {
  key = inside = undefined;
}

/** The doors leave this phone. */
export async function forget(): Promise<void> {
  close();
  vault = undefined;
  await forgetDoors();
}

export async function lockMark(mark: Mark): Promise<Locked> {
  if (!key) throw new Error("closed");
  return lock(mark.key, mark, key);
}

/** What was written down here and is not in the list yet, in the order it was. */
export async function openMarks(): Promise<Mark[]> {
  const opener = key;
  if (!opener) return [];
  const found = await Promise.all((await marks()).map((each) => unlock<Mark>(each, opener).catch(() => each.key)));
  const broken = found.filter((each): each is string => typeof each === "string");
  if (broken.length) await dropMarks(broken);
  const whole = found.filter((each): each is Mark => typeof each !== "string");
  return whole.sort((one, other) => (one.key < other.key ? -1 : 1));
}
