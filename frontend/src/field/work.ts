/** The work itself: what is lent, what is written down, what is sent. Screens ask here and are told when it changed. */
import { sortAfter, uuid7 } from "./bytes";
import * as net from "./exchange";
import { seal } from "./seal";
import type { Door, Inside, Mark, Told, Unsent, Waiting } from "./shapes";
import * as store from "./store";
import * as vaults from "./vault";

const AT_ONCE = 50;
const AGAIN_MS = 15_000;
const MOST_PAST = 100;
const SAVED_AGAIN_MS = 300_000; // as of when the list is, where nothing in it has changed

export interface State {
  signal: boolean; // whether the server answered the last time it was asked
  offset: number; // by how much the server's clock was ahead of this phone's when they last met
  asking: boolean;
  unsent: number;
  outbox: Map<string, boolean>; // what is not sent, by its key: whether it was tried
  told: string[]; // what the server said of envelopes that it could not take
  hello: net.Hello | undefined;
  update: boolean; // the app and the server are of different versions
  gone: "" | "revoked" | "over" | "thrown_away"; // why there are no doors here any more
  lost: number; // things not sent that the phone threw away
  keeps: boolean;
  stays: boolean | undefined;
  marks: Mark[];
  problem: string;
}

export const state: State = {
  signal: navigator.onLine,
  offset: 0,
  asking: false,
  unsent: 0,
  outbox: new Map(),
  told: [],
  hello: undefined,
  update: false,
  gone: "",
  lost: 0,
  keeps: true,
  stays: undefined,
  marks: [],
  problem: "",
};

let changed = (): void => {};
export const onChange = (does: () => void): void => {
  changed = does;
};

export async function start(): Promise<void> {
  const noted = store.notedUnsent();
  state.keeps = await store.keepsThings();
  if (!state.keeps) return;
  const known = await store.kept<string>("device");
  if (!known) await store.keep("device", crypto.randomUUID());
  state.offset = (await store.kept<number>("offset")) ?? 0;
  await vaults.look();
  await count();
  if (noted > state.unsent && !known) {
    state.gone = "thrown_away";
    state.lost = noted;
  }
  await endWhatIsOver();
  void store.staysHere().then((stays) => {
    state.stays = stays;
    changed();
  });
  addEventListener("online", () => void exchange());
  addEventListener("offline", () => {
    state.signal = false;
    changed();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void exchange();
  });
  setInterval(() => {
    if (document.visibilityState === "visible") void exchange();
  }, AGAIN_MS);
}

async function count(): Promise<void> {
  const waiting = await store.unsent();
  state.unsent = waiting.length;
  state.outbox = new Map(waiting.map((each) => [each.key, each.tried === true]));
  for (const each of waiting) sortAfter(each.key);
  state.told = [...new Set(waiting.map((each) => each.told ?? "").filter(Boolean))];
  store.noteUnsent(state.unsent);
}

/** What time it is by the server, as far as this phone knows. */
export const clock = (): number => Date.now() + state.offset;

async function keepOffset(offset: number): Promise<void> {
  state.offset = offset;
  await store.keep("offset", offset);
}

/** After its thirty hours, or where the clock was turned back before them, the doors leave the phone. */
async function endWhatIsOver(): Promise<void> {
  const lent = vaults.vault;
  if (!lent) return;
  const at = clock();
  if (at < lent.until && at > lent.since - 3_600_000) return;
  await vaults.forget();
  state.gone = "over";
}

let going: Promise<void> | undefined;

/** Send what is not sent, and fetch what is new. Two at once are one. */
export function exchange(): Promise<void> {
  const root = document.documentElement.dataset;
  root["asking"] = "";
  going ??= exchanged().finally(() => {
    going = undefined;
    state.asking = false;
    delete root["asking"];
    changed();
  });
  return going;
}

async function exchanged(): Promise<void> {
  if (!state.keeps) return;
  state.asking = true;
  try {
    const asked = Date.now();
    const said = await net.hello(vaults.vault?.lease ?? "");
    state.signal = true;
    state.hello = said;
    state.update = !net.understands(said) || said.app !== document.body.dataset["version"];
    if (!net.understands(said)) return;
    await keepOffset(Math.round(said.at - (asked + Date.now()) / 2));
    await keepOrForget(said);
    if (said.known) await send(said.csrf);
    if (said.works || said.leads) await fetchDoors();
  } catch (problem) {
    if (problem instanceof net.NoSignal) state.signal = false;
    else if (problem instanceof net.Told) tell(problem);
    else throw problem;
  }
}

function tell(problem: net.Told): void {
  if (problem.code === "app_out_of_date") state.update = true;
  else if (problem.code !== "sign_in" && problem.code !== "pin_asked") state.problem = problem.message;
}

/** A phone that was told at the desk to be lost holds no doors from its next start; what is not sent is sealed. */
async function keepOrForget(said: net.Hello): Promise<void> {
  if (!vaults.vault || said.lease === "in_force") return;
  state.gone = said.lease === "over" ? "over" : "revoked";
  await vaults.forget();
  state.marks = [];
}

async function send(csrf: string): Promise<void> {
  const waiting = await store.unsent();
  for (let at = 0; at < waiting.length; at += AT_ONCE) {
    const some = await store.sending(waiting.slice(at, at + AT_ONCE).map((each) => each.key));
    if (!some.length) continue;
    for (const each of some) state.outbox.set(each.key, true);
    const { answers } = await net.bring(some.map((each) => each.envelope), csrf);
    const by = new Map(answers.map((each) => [each.key, each]));
    const over = some.filter((each) => ["done", "refused", "conflict"].includes(by.get(each.key)?.state ?? ""));
    const told = some
      .filter((each) => by.get(each.key)?.state === "unread")
      .map((each): Unsent => ({ ...each, told: by.get(each.key)?.sentence ?? "" }));
    await store.answered(over.map((each) => each.key), told);
    await count();
    changed();
  }
}

let savedAsOf = 0;

async function fetchDoors(): Promise<void> {
  const [lent, inside] = [vaults.vault, vaults.inside];
  if (!lent || !inside) return;
  const before = new Set((await store.unsent()).map((each) => each.key));
  const sent = state.marks.filter((mark) => !before.has(mark.key));
  const found = await net.roster(lent.lease, inside.digests, inside.aroundDigest, inside.crewDigest);
  const parts = merged(inside.parts, found);
  const news = parts !== inside.parts || found.around || found.crew || idsOf(found.told) !== idsOf(inside.told) || sent.length || keysOf(found.waiting) !== keysOf(inside.waiting);
  Object.assign(inside, { parts, digests: found.digests, waiting: found.waiting, asOf: found.at, aroundDigest: found.around_digest });
  if (found.around) inside.around = found.around;
  inside.told = found.told ?? [];
  if (found.crew) Object.assign(inside, { crew: found.crew, crewDigest: found.crew_digest });
  // What was sent before this list was made is in it.
  const over = new Set(sent.map((mark) => mark.key));
  for (const mark of sent) nameDoor(mark, inside);
  inside.past = [...(inside.past ?? []), ...sent].slice(-MOST_PAST);
  if (news || found.at - savedAsOf > SAVED_AGAIN_MS) {
    await vaults.save();
    savedAsOf = found.at;
  }
  if (over.size) {
    await store.dropMarks([...over]);
    state.marks = state.marks.filter((mark) => !over.has(mark.key));
  }
  state.problem = "";
}

const idsOf = (told: Told[] = []): string => told.map((each) => each.i).join();
const keysOf = (waiting: Waiting[]): string => waiting.map((each) => each.key).join();

/** The list with what has changed; the very same where nothing has, so that nothing is drawn or sealed again for it. */
function merged(had: Record<string, Door[]>, found: net.Roster): Record<string, Door[]> {
  const names = Object.keys(found.digests);
  if (names.length === Object.keys(had).length && names.every((name) => had[name] && !found.parts[name])) return had;
  return Object.fromEntries(names.map((name) => [name, found.parts[name] ?? had[name] ?? []]));
}

/** A door that was written down here is in the list now: what was said of it under its key is said of that one. */
function nameDoor(mark: Mark, inside: Inside): void {
  const { place } = mark;
  if (!place) return;
  const same = (each: Door): boolean => each.b === place.building && each.u === place.unit && each.d === place.number;
  const known = Object.values(inside.parts).flat().find(same);
  if (typeof known?.i === "number") inside.aliases = { ...inside.aliases, [mark.key]: known.i };
}

/** Get the doors, under a PIN that was chosen. */
export async function getDoors(pin: string): Promise<void> {
  const device = (await store.kept<string>("device")) ?? crypto.randomUUID();
  const said = await net.hello("");
  await keepOffset(said.at - Date.now());
  const lent = await net.lend(device, said.csrf);
  const first = await net.roster(lent.lease, {});
  const { lease, since, until, name, event, exercise, safety, key } = lent;
  const about = { lease, since, until, name, event, exercise, safety, doors: lent.doors !== false, ...key };
  await vaults.make(pin, about, {
    secret: lent.secret,
    author: lent.author,
    role: lent.role,
    parts: first.parts,
    digests: first.digests,
    waiting: first.waiting,
    asOf: first.at,
    ...(first.around ? { around: first.around, aroundDigest: first.around_digest } : {}),
    told: first.told ?? [],
    ...(first.crew ? { crew: first.crew, crewDigest: first.crew_digest ?? "" } : {}),
  });
  state.marks = [];
  state.gone = "";
  state.problem = "";
}

export async function open(pin: string): Promise<number> {
  const left = await vaults.open(pin);
  state.marks = vaults.inside ? await vaults.openMarks() : [];
  if (vaults.inside) void exchange();
  return left;
}

/** Write one thing down: sealed, and kept before this returns. Returns its key. It is written in the role that the doors
 * were lent under, or the one that it names. */
export async function write(kind: Mark["kind"], says: object, mark: Omit<Mark, "key" | "kind" | "at">): Promise<string> {
  const [lent, inside] = [vaults.vault, vaults.inside];
  if (!lent || !inside) throw new Error("closed");
  const [key, at, offset] = [uuid7(), Date.now(), state.offset];
  const { lease, k, point } = lent;
  const whole = { role: inside.role, ...says, kind, key, lease, author: inside.author, at, offset };
  const envelope = await seal(key, whole, { lease, k, point, secret: inside.secret });
  const made: Mark = { ...mark, key, kind, at: at + offset };
  await store.write({ key, envelope }, await vaults.lockMark(made));
  state.marks.push(made);
  await count();
  changed();
  void exchange();
  return key;
}

/** Take out what was never sent, with what builds on it. Whether it was; else it may have arrived. */
export async function takeOut(keys: string[]): Promise<boolean> {
  const out = await store.takeOut(keys);
  if (out) state.marks = state.marks.filter((mark) => !keys.includes(mark.key));
  await count();
  changed();
  return out;
}

/** Close the doors of this phone, and the phone itself where there is a signal. What is not sent stays. */
export async function signOut(): Promise<void> {
  await exchange();
  const said = state.hello;
  const lease = vaults.vault?.lease;
  await vaults.forget();
  state.marks = [];
  if (state.signal && said) {
    if (lease) await net.giveUp(lease, said.csrf).catch(() => undefined);
    await net.leave(said.sign_out, said.csrf).catch(() => undefined);
  }
  state.hello = undefined;
  await exchange();
}
