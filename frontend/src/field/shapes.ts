/** What the server and the store speak of. Short names, because there are thousands of doors (src/linli/field/roster.py). */
export interface Person {
  i: number | string; // a key, where somebody was written down here and has not been sent yet
  n: string;
  a: string;
  x: string[];
  w: boolean;
  z: number | null;
  c?: boolean; // their number may be asked for
  h?: boolean; // under fourteen: no name is told
  t?: string; // their number, where it lies on the phone
}

export interface Found {
  i: string;
  r: Result;
  h: How;
  t: number;
  by: number | null;
  b?: number | null; // when they asked to come back
}

/** A door or a person: by id, or by the key of what was written down here where the server does not know them yet. */
export type Ref = number | string;

export interface Door {
  i: Ref;
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
  h?: boolean; // lies in a high-risk zone
}

export interface Building {
  i: number;
  e: string;
  n: string;
  s: number | null;
}

/** What a phone needs beside its doors. */
export interface Around {
  buildings: Building[];
  places: { i: number; n: string }[];
  by: Record<string, string>;
}

/** Somebody whom the holder leads (src/linli/field/crew.py). Times are booked or served, from until. */
export interface Led {
  i: number;
  n: string;
  t: [number, number | null, string][];
  d?: [number, number, string]; // on duty: which, since when, where
  x?: boolean; // that is at a place of somebody else's
  l?: [number, number]; // served last
}

/** The people whom the holder leads, and the role under which it is written down who started and finished. */
export interface Crew {
  role: string;
  rows: Led[];
}

/** What the holder was told and has not opened: its id, its words, and when. */
export interface Told {
  i: number;
  w: string;
  t: number;
}

export const RESULTS = ["answered", "no_answer", "vacant", "refused"] as const;
export type Result = (typeof RESULTS)[number];
export const HOWS = ["door", "phone", "group", "neighbour"] as const;
export type How = (typeof HOWS)[number];
export const STATES = ["here", "away", "refused", "exempt"] as const;
export type SaidState = (typeof STATES)[number];
export const NEEDS = ["medicine", "treatment", "food", "cannot_walk", "alone", "no_phone"] as const;
export type Need = (typeof NEEDS)[number];
export const MOVES = ["door", "guest", "hospital", "school", "quarantine", "away", "back", "out", "died"] as const;
export type What = (typeof MOVES)[number];
export const REASONS = ["call", "verify", "danger"] as const;
export type Reason = (typeof REASONS)[number];

/** Something that waits for its author: what they wrote, and what a colleague found meanwhile. */
export interface Waiting {
  key: string;
  state: "refused" | "conflict";
  code: string;
  sentence: string;
  at: number;
  mine: {
    kind: string;
    door: Ref | null;
    result: Result | null;
    how: How | null;
    name: string | null;
    need: Need | null;
    what: What | null;
    number: string | null;
    person?: Ref | null;
  };
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
  around?: Around;
  crew?: Crew;
  crewDigest?: string;
  told?: Told[];
  aroundDigest?: string;
  aliases?: Record<string, number>; // doors that were written down here, by the id that the server gave them
  past?: Mark[]; // what was sent, the oldest first, so that it can be looked at and taken back
}

/** What one may know of the vault before it is open. */
export interface Vault {
  lease: string;
  since: number;
  until: number;
  name: string;
  event: string;
  exercise: boolean;
  doors?: boolean; // false: there are no doors here, but people who are led
  safety?: string; // what to do before a knock in a high-risk zone
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

/** An envelope that waits to be sent. `told`: what the server said of one that it could not take. `tried`: it may have
 * arrived, and its answer been lost. */
export interface Unsent {
  key: string;
  envelope: Envelope;
  told?: string;
  tried?: boolean;
}

/** What was written down here, so that the list shows it before the server does. Sealed under the PIN. */
export interface Mark {
  key: string;
  kind: "finding" | "person" | "door" | "move" | "need" | "shown" | "start" | "finish" | "undo" | "settle";
  door: Ref | null;
  at: number;
  result?: Result;
  how?: How;
  back?: number;
  name?: string;
  of?: string;
  need?: Need;
  what?: What;
  person?: Ref;
  begun?: Ref; // the duty that is finished: its id, or the key of what started it
  refers?: Ref[]; // to whom and what else it refers
  place?: { building: number; unit: number | null; floor: number | null; number: string };
}
