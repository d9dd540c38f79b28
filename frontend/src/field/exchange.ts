/** What goes to the server and comes from it. Whatever fails, nothing that is kept here is lost by it. */
import type { Around, Crew, Door, Envelope, Reason, Ref, Told as News, Waiting } from "./shapes";

const SPEAKS = 1; // the version of these exchanges, as in src/linli/web/field/exchange.py
const PATIENCE_MS = 20_000;

export interface Hello {
  v: number;
  at: number;
  csrf: string;
  app: string;
  name: string;
  works: boolean; // has doors
  leads?: boolean; // has people who are placed with them
  known: boolean;
  sign_in: string;
  sign_out: string;
  lease: "in_force" | "over" | "revoked" | "unknown";
  key: { k: number; point: string };
}

export interface Lent {
  at: number;
  lease: string;
  secret: string;
  since: number;
  until: number;
  author: number;
  role: string;
  doors?: boolean;
  name: string;
  event: string;
  exercise: boolean;
  safety: string;
  key: { k: number; point: string };
}

export interface Roster {
  at: number;
  parts: Record<string, Door[]>;
  digests: Record<string, string>;
  waiting: Waiting[];
  around: Around | null;
  around_digest: string;
  crew?: Crew | null; // what is told in no older server's reply
  crew_digest?: string;
  told?: News[];
}

export interface Answer {
  key: string;
  state: "done" | "refused" | "conflict" | "unread" | "later";
  sentence?: string;
}

/** The server says no, in a sentence. */
export class Told extends Error {
  constructor(
    readonly code: string,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** There is no server, or what answers is not it. */
export class NoSignal extends Error {}

async function ask<T>(path: string, said?: object, csrf = ""): Promise<T> {
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(), PATIENCE_MS);
  const headers: Record<string, string> = { Accept: "application/json" };
  if (said) Object.assign(headers, { "Content-Type": "application/json", "X-CSRFToken": csrf });
  let reply: Response;
  try {
    const body = said ? { method: "POST", body: JSON.stringify({ v: SPEAKS, ...said }) } : {};
    reply = await fetch(path, { ...body, headers, credentials: "same-origin", cache: "no-store", redirect: "manual", signal: stop.signal });
  } catch {
    throw new NoSignal();
  } finally {
    clearTimeout(late);
  }
  if (reply.type === "opaqueredirect") throw new Told("sign_in", ""); // to the page where one signs in
  let found: unknown;
  try {
    found = await reply.json();
  } catch {
    throw new NoSignal();
  }
  if (reply.ok) return found as T;
  const { error } = found as { error?: { code: string; message: string } };
  if (!error || reply.status >= 500) throw new NoSignal();
  throw new Told(error.code, error.message);
}

export const hello = (lease: string): Promise<Hello> => ask<Hello>(`/field/api/hello?lease=${encodeURIComponent(lease)}`);

export const lend = (device: string, csrf: string): Promise<Lent> => ask<Lent>("/field/api/lease", { device }, csrf);

export const giveUp = (lease: string, csrf: string): Promise<unknown> => ask("/field/api/lease/end", { lease }, csrf);

export function roster(lease: string, digests: Record<string, string>, around = "", crew = ""): Promise<Roster> {
  const known = Object.entries(digests).map(([part, digest]) => `${part}:${digest}`);
  return ask<Roster>(`/field/api/roster?v=${SPEAKS}&lease=${lease}&around=${around}&crew=${crew}&told=1&known=${known.join(",")}`);
}

export const number = (lease: string, person: Ref, reason: Reason, csrf: string): Promise<{ number: string }> =>
  ask<{ number: string }>("/field/api/number", { lease, person, reason }, csrf);

export const bring = (envelopes: Envelope[], csrf: string): Promise<{ answers: Answer[] }> =>
  ask<{ answers: Answer[] }>("/field/api/outbox", { envelopes }, csrf);

/** Whether the server speaks as this app does; else one of them is older, and nothing is sent or thrown away. */
export const understands = (said: Hello): boolean => said.v === SPEAKS;

export async function leave(address: string, csrf: string): Promise<void> {
  const body = new URLSearchParams({ csrfmiddlewaretoken: csrf });
  await fetch(address, { method: "POST", body, credentials: "same-origin", redirect: "manual" });
}
