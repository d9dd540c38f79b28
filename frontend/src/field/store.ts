/** What this phone keeps: IndexedDB, three stores, each change whole or not at all. */
import type { Unsent } from "./shapes";

export interface Locked {
  key: string;
  iv: Uint8Array;
  data: ArrayBuffer;
}

const NAME = "linli-field";
const STORES = ["kept", "outbox", "marks"] as const;
type Name = (typeof STORES)[number];

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("outbox", { keyPath: "key" });
      asked.result.createObjectStore("marks", { keyPath: "key" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("no store"));
  }).catch((problem: unknown) => {
    opened = undefined; // asked again the next time
    throw problem;
  });
  return opened;
}

/** One transaction over some stores; it is on the disk when this returns. */
async function within<T>(names: readonly Name[], mode: IDBTransactionMode, work: (at: IDBTransaction) => IDBRequest<T> | void): Promise<T> {
  const base = await database();
  return new Promise((resolve, reject) => {
    const at = base.transaction(names, mode, { durability: "strict" });
    const asked = work(at);
    at.oncomplete = () => resolve((asked ? asked.result : undefined) as T);
    at.onabort = () => reject(at.error ?? new Error("not kept"));
  });
}

export const kept = <T>(key: string): Promise<T | undefined> =>
  within<T | undefined>(["kept"], "readonly", (at) => at.objectStore("kept").get(key) as IDBRequest<T | undefined>);

export const keep = (key: string, value: unknown): Promise<void> =>
  within<void>(["kept"], "readwrite", (at) => void at.objectStore("kept").put(value, key));

export const unsent = (): Promise<Unsent[]> =>
  within<Unsent[]>(["outbox"], "readonly", (at) => at.objectStore("outbox").getAll() as IDBRequest<Unsent[]>);

export const unsentCount = (): Promise<number> =>
  within<number>(["outbox"], "readonly", (at) => at.objectStore("outbox").count());

/** Those of some envelopes that are still there, from now on as ones that may have arrived. */
export function sending(keys: string[]): Promise<Unsent[]> {
  const found: Unsent[] = [];
  return within<void>(["outbox"], "readwrite", (at) => {
    const store = at.objectStore("outbox");
    for (const key of keys) {
      const asked = store.get(key) as IDBRequest<Unsent | undefined>;
      asked.onsuccess = () => {
        if (!asked.result) return;
        found.push(asked.result);
        if (!asked.result.tried) store.put({ ...asked.result, tried: true });
      };
    }
  }).then(() => found);
}

/** Take out what was written down and never sent, all of it or nothing. Whether it was taken out. */
export function takeOut(keys: string[]): Promise<boolean> {
  let whole = true;
  return within<void>(["outbox", "marks"], "readwrite", (at) => {
    const store = at.objectStore("outbox");
    for (const [n, key] of keys.entries()) {
      const asked = store.get(key) as IDBRequest<Unsent | undefined>;
      asked.onsuccess = () => {
        whole &&= asked.result !== undefined && !asked.result.tried;
        if (n < keys.length - 1 || !whole) return;
        for (const each of keys) {
          store.delete(each);
          at.objectStore("marks").delete(each);
        }
      };
    }
  }).then(() => whole);
}

export const marks = (): Promise<Locked[]> =>
  within<Locked[]>(["marks"], "readonly", (at) => at.objectStore("marks").getAll() as IDBRequest<Locked[]>);

/** What was written down and its mark, both or neither. */
export const write = (item: Unsent, mark: Locked): Promise<void> =>
  within<void>(["outbox", "marks"], "readwrite", (at) => {
    at.objectStore("outbox").put(item);
    at.objectStore("marks").put(mark);
  });

/** The server's word on some envelopes: those that it has go, those that it could not take say so. */
export const answered = (done: string[], told: Unsent[]): Promise<void> =>
  within<void>(["outbox"], "readwrite", (at) => {
    for (const key of done) at.objectStore("outbox").delete(key);
    for (const item of told) at.objectStore("outbox").put(item);
  });

export const dropMarks = (keys: string[]): Promise<void> =>
  within<void>(["marks"], "readwrite", (at) => {
    for (const key of keys) at.objectStore("marks").delete(key);
  });

/** The doors go from this phone; what is not sent stays, sealed. */
export const forgetDoors = (): Promise<void> =>
  within<void>(["kept", "marks"], "readwrite", (at) => {
    at.objectStore("kept").delete("vault");
    at.objectStore("kept").delete("inside");
    at.objectStore("marks").clear();
  });

/** Whether the phone keeps what it is given. */
export async function keepsThings(): Promise<boolean> {
  try {
    const probe = `${Date.now()}-${Math.random()}`;
    await keep("probe", probe);
    return (await kept<string>("probe")) === probe;
  } catch {
    return false;
  }
}

/** Whether the browser promised not to throw it away when room runs short; undefined where it cannot say. */
export async function staysHere(): Promise<boolean | undefined> {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return undefined;
  }
}

/* A cookie outlives the store where a phone throws the store away: so that is noticed, and said. */
const COOKIE = "linli_field_unsent";

export function noteUnsent(n: number): void {
  document.cookie = `${COOKIE}=${n}; path=/field/; max-age=2592000; SameSite=Lax`;
}

export function notedUnsent(): number {
  return Number(new RegExp(`${COOKIE}=(\\d+)`).exec(document.cookie)?.[1] ?? 0);
}
