/** Whom one leads: who is on duty, and a tap to start or to finish; without a signal too. */
import { h } from "./dom";
import { waiting } from "./known";
import { toldBox } from "./told";
import type { Screen } from "./screens";
import type { Led, Ref } from "./shapes";
import * as vaults from "./vault";
import * as work from "./work";
import { moment, t } from "./words";

const [EARLY_MS, FORGOTTEN_MS] = [3_600_000, 16 * 3_600_000]; // as src/linli/duty/hours/rules.py
const TAPPED_MS = 1500; // where a finger comes down twice, the second time does not undo the first

/** How somebody stands by now: what they are on duty for, or what they served last. */
interface Stands {
  row: Led;
  where: string;
  begun?: { of: Ref; since: number; elsewhere: boolean };
  last?: [number, number];
  does: "start" | "finish" | "forgot" | "elsewhere" | "";
}

export const leads = (): boolean => Boolean(vaults.inside?.crew?.role);

/** Whether there are no doors here, but people who are led. */
export function leadsOnly(): boolean {
  if (vaults.vault) return vaults.vault.doors === false;
  const said = work.state.hello;
  return Boolean(said?.leads && !said.works);
}

/** The key of a sentence that speaks of doors, or of the same where there are people instead. */
export const ours = (key: string): string => (leadsOnly() ? `${key}_crew` : key);

export const personLed = (person: Ref | null | undefined): Led | undefined => vaults.inside?.crew?.rows.find((each) => each.i === person);

function stands(row: Led, at: number): Stands {
  const booked = row.t.find(([from, until]) => from - EARLY_MS <= at && (until === null || at < until));
  const found: Stands = { row, where: row.d?.[2] ?? booked?.[2] ?? row.t[0]?.[2] ?? "", does: "" };
  if (row.d) found.begun = { of: row.d[0], since: row.d[1], elsewhere: row.x === true };
  if (row.l) found.last = row.l;
  for (const mark of work.state.marks) {
    if (mark.person !== row.i) continue;
    if (mark.kind === "start") found.begun ??= { of: mark.key, since: mark.at, elsewhere: false };
    if (mark.kind === "finish" && found.begun) {
      found.last = [found.begun.since, mark.at];
      delete found.begun;
    }
  }
  const { begun } = found;
  if (!begun) found.does = booked ? "start" : "";
  else found.does = begun.elsewhere ? "elsewhere" : at - begun.since > FORGOTTEN_MS ? "forgot" : "finish";
  return found;
}

/** Those who are placed here now or within the hour, on duty, or were until they finished here. */
function crew(): Stands[] {
  const [at, written] = [work.clock(), new Set(work.state.marks.map((mark) => mark.person))];
  const all = (vaults.inside?.crew?.rows ?? []).map((row) => stands(row, at));
  return all.filter((each) => each.does !== "" || written.has(each.row.i));
}

/** What the list of people is drawn from: drawn anew where it changes. */
export function crewNow(): string {
  if (!leads()) return "";
  return crew().map(({ row, does, begun, where }) => `${row.i}${does}${begun?.since ?? ""}${row.n}${where}`).join();
}

export const onDuty = (): number => crew().filter((each) => each.begun).length;

export function crewList(redraw: () => void): Screen {
  const all = crew();
  const wait = waiting().length;
  const tray = wait ? h("a", { class: "btn btn-block", href: "#/tray" }, t("to_decide", { n: wait })) : null;
  const ways = h("div", { class: "field-ways" }, h("a", { class: "btn", href: "#/last" }, t("last_entries")));
  const list = all.length ? h("ul", { class: "field-people" }, ...all.map((each) => personRow(each, redraw))) : h("p", {}, t("crew_nobody"));
  const title = all.length ? t("crew_on_duty", { n: onDuty(), all: all.length }) : t("crew_empty");
  const forgot = all.some((each) => each.does === "forgot") ? h("div", { class: "note note-warn" }, h("p", {}, t("duty_forgot_hint")), h("a", { class: "btn btn-block", href: "/" }, t("my_work"))) : null;
  return { title, parts: [tray, toldBox(), forgot, ways, list], back: !leadsOnly() };
}

function personRow(each: Stands, redraw: () => void): HTMLElement {
  const { row, where } = each;
  const name = row.n || t("no_name");
  const said = [stateWords(each), where].filter(Boolean).join(" · ");
  return h("li", { class: "field-led" }, h("strong", {}, name), h("span", {}, said), tap(each, name, redraw));
}

function stateWords({ begun, last, does }: Stands): string {
  if (does === "forgot" && begun) return t("duty_forgot", { when: moment(begun.since) });
  if (does === "elsewhere" && begun) return t("duty_elsewhere", { when: moment(begun.since) });
  if (begun) return t("duty_since", { when: moment(begun.since) });
  return last ? t("duty_finished", { when: moment(last[1]) }) : t("duty_not_started");
}

const tapped = new Map<number, number>();

function tap(each: Stands, name: string, redraw: () => void): HTMLElement | null {
  const { row, does, begun } = each;
  if (does !== "start" && does !== "finish") return null;
  const look = does === "start" ? "btn btn-primary" : "btn";
  const button = h("button", { class: look, type: "button", id: `led${row.i}`, "aria-label": t(`duty_${does}_of`, { name }) }, t(`duty_${does}`));
  const wait = TAPPED_MS - (performance.now() - (tapped.get(row.i) ?? -TAPPED_MS));
  if (wait > 0) {
    button.setAttribute("aria-disabled", "true"); // and no more: it keeps the keyboard
    setTimeout(() => button.removeAttribute("aria-disabled"), wait);
  }
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    tapped.set(row.i, performance.now());
    void writeDown(row, does, begun?.of).then(redraw);
  });
  return button;
}

async function writeDown({ i, n }: Led, does: "start" | "finish", of: Ref | undefined): Promise<void> {
  const role = vaults.inside?.crew?.role ?? "";
  const finishes = does === "finish" && of !== undefined;
  const mark = { door: null, person: i, name: n, ...(finishes ? { begun: of, refers: [of] } : {}) };
  await work.write(does, { role, person: i, ...(finishes ? { of } : {}) }, mark);
}
