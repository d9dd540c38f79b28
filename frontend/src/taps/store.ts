/** What a volunteer's phone keeps: as whose phone, taps that are not sent yet or were refused, and names of posts. */
export type Does = "start" | "finish";
export type Sentence = Record<string, string>; // by language

/** As whose phone taps are kept. `offset`: by how much the server's clock was ahead when they last met, at `seen`. */
export interface Phone {
  own: string;
  mark: string;
  offset: number;
  seen: number;
}

/** One tap. `of`: the key of the start that it finishes. `tried`: it may have arrived. `told`: why it was refused. */
export interface Tap {
  n?: number;
  key: string;
  mark: string;
  code: string;
  does: Does;
  at: number;
  offset: number;
  of?: string;
  service?: number;
  person?: number;
  tried?: boolean;
  told?: Sentence;
}

const STORES = ["kept", "outbox", "posts"] as const;
type Name = (typeof STORES)[number];
let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open("linli-taps", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("outbox", { keyPath: "n", autoIncrement: true });
      asked.result.createObjectStore("posts");
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error ?? new Error("no store"));
  }).catch((problem: unknown) => {
    opened = undefined; // asked again the next time
    throw problem;
  });
  return opened;
}

/** One transaction; it is on the disk when this returns. */
async function within<T>(name: Name | readonly Name[], mode: IDBTransactionMode, work: (at: IDBTransaction) => IDBRequest<T> | void): Promise<T> {
  const base = await database();
  return new Promise((resolve, reject) => {
    const at = base.transaction(name as string | string[], mode, { durability: "strict" });
    const asked = work(at);
    at.oncomplete = () => resolve((asked ? asked.result : undefined) as T);
    at.onabort = () => reject(at.error ?? new Error("not kept"));
  });
}

export const phone = (): Promise<Phone | undefined> =>
  within<Phone | undefined>("kept", "readonly", (at) => at.objectStore("kept").get("phone") as IDBRequest<Phone | undefined>);

export const keepPhone = (said: Phone): Promise<void> => within<void>("kept", "readwrite", (at) => void at.objectStore("kept").put(said, "phone"));

export const nameOf = (code: string): Promise<string | undefined> =>
  within<string | undefined>("posts", "readonly", (at) => at.objectStore("posts").get(code) as IDBRequest<string | undefined>);

export const keepName = (code: string, name: string): Promise<void> => within<void>("posts", "readwrite", (at) => void at.objectStore("posts").put(name, code));

/** All taps that are here, in the order they were made. */
export const taps = (): Promise<Tap[]> => within<Tap[]>("outbox", "readonly", (at) => at.objectStore("outbox").getAll() as IDBRequest<Tap[]>);

export const write = (tap: Tap): Promise<void> => within<void>("outbox", "readwrite", (at) => void at.objectStore("outbox").put(tap));

/** Write some anew and let others go, all of it or nothing. */
export const settle = (changed: Tap[], gone: Tap[]): Promise<void> =>
  within<void>("outbox", "readwrite", (at) => {
    for (const tap of changed) at.objectStore("outbox").put(tap);
    for (const tap of gone) if (tap.n !== undefined) at.objectStore("outbox").delete(tap.n);
  });

/** Nothing of anybody stays. */
export const forget = (): Promise<void> =>
  within<void>(STORES, "readwrite", (at) => {
    for (const name of STORES) at.objectStore(name).clear();
  });
