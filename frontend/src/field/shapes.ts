/** What the server and the store speak of. Short names, because there are thousands of doors (src/linli/field/roster.py). */
export interface Person {
  i: number | string; // a key, where somebody was written down here and has not been sent yet
  n: string;
  a: string;
  x: string[];
  w: boolean;
  z: number | null;
}

export interface Found {
  i: string;
  r: Result;
  h: How;
  t: number;
  by: number | null;
}

export interface Door {
  i: number;
  b: number;
  e: string;
  n: string;
  u: number | null;
  f: number | null;
  d: string;
  k: string;
  s: number | null;
  r: Found | null;
  p: Person[];
}

export const RESULTS = ["answered", "no_answer", "vacant", "refused"] as const;
export type Result = (typeof RESULTS)[number];
export const HOWS = ["door", "phone", "group", "neighbour"] as const;
export type How = (typeof HOWS)[number];
export const STATES = ["here", "away", "refused", "exempt"] as const;
export type SaidState = (typeof STATES)[number];

/** Something that waits for its author: what they wrote, and what a colleague found meanwhile. */
export interface Waiting {
  key: string;
  state: "refused" | "conflict";
  code: string;
  sentence: string;
  at: number;
  mine: { kind: string; door: number | null; result: Result | null; how: How | null; name: string | null };
  theirs: { r: Result; h: How; t: number; by: string } | null;
}

/** What lies under the PIN. */
export interface Inside {
  secret: string;
  author: number;
  role: string;
  parts: Record<string, Door[]>;
  digests: Record<string, string>;
  waiting: Waiting[];
  asOf: number;
}

/** What one may know of the vault before it is open. */
export interface Vault {
  lease: string;
  since: number;
  until: number;
  name: string;
  event: string;
  exercise: boolean;
  point: string;
  k: number;
  salt: Uint8Array;
  rounds: number;
  iv: Uint8Array;
  wrapped: ArrayBuffer;
  tries: number;
}

export interface Envelope {
  v: 1;
  key: string;
  lease: string;
  k: number;
  from: string;
  iv: string;
  data: string;
}

/** An envelope that waits to be sent. `told`: what the server said of one that it could not take. */
export interface Unsent {
  key: string;
  envelope: Envelope;
  told?: string;
}

/** What was written down here, so that the list shows it before the server does. Sealed under the PIN. */
export interface Mark {
  key: string;
  kind: "finding" | "person" | "need" | "settle";
  door: number | null;
  at: number;
  result?: Result;
  how?: How;
  name?: string;
  of?: string;
}
