/** The screens: each is one question, drawn anew when it is come to. */
import { h } from "./dom";
import { backWords, dueAs, dueFirst } from "./due";
import { leads, leadsOnly, onDuty, ours, personLed } from "./crew";
import { Told } from "./exchange";
import { longList } from "./list";
import { type Newest, doorOf, doors, peopleOf, results, waiting } from "./known";
import { doorName, resultName } from "./says";
import type { Door } from "./shapes";
import { toldBox } from "./told";
import * as vaults from "./vault";
import * as work from "./work";
import { moment, t } from "./words";

export interface Screen {
  title: string;
  parts: (Node | null)[];
  actions?: Node[];
  back?: boolean | string; // to the doors, or where else
}

const ROW_PX = 84;
const { state } = work;
const DONE = new Set(["answered", "vacant", "refused"]);
let showAll = false;

const note = (kind: string, words: string): HTMLElement => h("div", { class: `note note-${kind}`, role: "status" }, h("p", {}, words));

/** What the phone itself has to say, before anything else. */
export function notices(): (HTMLElement | null)[] {
  const gone = state.gone === "thrown_away" ? t("thrown_away", { n: state.lost }) : state.gone ? t(ours(state.gone)) : "";
  const load = h("button", { class: "btn btn-block", onclick: () => void loadAnew() }, t("load_anew"));
  return [
    state.keeps ? null : note("bad", t("keeps_nothing")),
    gone ? note("warn", gone) : null,
    state.update ? h("div", { class: "note note-warn", role: "status" }, h("p", {}, t("other_version")), load) : null,
    state.problem ? note("warn", state.problem) : null,
    ...state.told.map((words) => note("bad", words)),
  ];
}

async function loadAnew(): Promise<void> {
  const held = await navigator.serviceWorker?.getRegistration("/field/");
  await held?.update().catch(() => undefined);
  location.reload();
}

export function firstTime(redraw: () => void): Screen {
  const said = state.hello;
  const title = t("no_doors_here");
  if (!state.keeps) return { title, parts: [] };
  if (!said) return { title, parts: [h("p", {}, state.asking ? t("asking") : t("needs_signal_once"))] };
  if (!said.known || !said.name) {
    return { title, parts: [h("p", {}, t("sign_in_first"))], actions: [h("a", { class: "btn btn-primary btn-block", href: said.sign_in }, t("sign_in"))] };
  }
  if (!said.works && !said.leads) return { title, parts: [h("p", {}, t("no_micro_grid", { name: said.name }))] };
  return { title: t(ours("get_doors_of"), { name: said.name }), ...choosePin(redraw) };
}

function pinInput(id: string, label: string, hint = ""): HTMLElement {
  const input = h("input", { id, class: "input", type: "password", inputmode: "numeric", autocomplete: "off", maxlength: 12, name: id });
  return h("div", { class: "field" }, h("label", { for: id }, label), hint ? h("p", { class: "hint" }, hint) : null, input);
}

const typed = (id: string): string => document.querySelector<HTMLInputElement>(`#${id}`)?.value.trim() ?? "";

/** Why a PIN will not do; empty where it will. */
export function weak(pin: string): string {
  if (!/^\d{6,12}$/.test(pin)) return t("pin_shape");
  const steps = new Set([...pin].slice(1).map((digit, at) => (Number(digit) - Number(pin[at]) + 10) % 10));
  return steps.size < 2 || new Set(pin).size < 3 ? t("pin_simple") : "";
}

function choosePin(redraw: () => void): Omit<Screen, "title"> {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const button = h("button", { class: "btn btn-primary btn-block", form: "choose" }, t(ours("get_doors")));
  const form = h("form", { id: "choose", class: "form", novalidate: true }, error, pinInput("pin", t(ours("choose_pin")), t(ours("pin_hint"))), pinInput("again", t("pin_again")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wrong = weak(typed("pin")) || (typed("pin") === typed("again") ? "" : t("pins_differ"));
    const fail = (words: string): void => {
      error.textContent = words;
      error.hidden = false;
      button.disabled = false;
    };
    if (wrong) return fail(wrong);
    button.disabled = true;
    work.getDoors(typed("pin")).then(redraw, (problem: unknown) => fail(problem instanceof Told && problem.message ? problem.message : t("needs_signal_once")));
  });
  return { parts: [h("p", {}, t(ours("get_doors_hint"))), form], actions: [button] };
}

export function locked(redraw: () => void): Screen {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const button = h("button", { class: "btn btn-primary btn-block", form: "unlock" }, t(ours("open")));
  const form = h("form", { id: "unlock", class: "form", novalidate: true }, error, pinInput("pin", t(ours("pin"))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    button.disabled = true;
    void work.open(typed("pin")).then((left) => {
      if (vaults.inside || left === 0) return redraw();
      error.textContent = t("pin_wrong", { n: left });
      error.hidden = false;
      button.disabled = false;
      const input = document.querySelector<HTMLInputElement>("#pin");
      if (input) input.value = "";
      input?.focus();
    });
  });
  const forget = h("button", { class: "btn btn-block", onclick: () => void vaults.forget().then(redraw) }, t(ours("remove_doors")));
  const forgotten = h("details", {}, h("summary", {}, t("pin_forgotten")), h("p", {}, t(ours("pin_forgotten_hint"))), forget);
  return { title: t("type_pin", { name: vaults.vault?.name ?? "" }), parts: [form, forgotten], actions: [button] };
}

export function doorList(redraw: () => void): Screen {
  const [all, found] = [doors(), results()];
  const open = all.filter((door) => !DONE.has(found.get(door.i)?.r ?? "") || found.get(door.i)?.back);
  const rows = dueFirst(showAll ? all : open);
  const turn = (show: boolean) => () => {
    showAll = show;
    redraw();
  };
  const pick = (show: boolean, words: string): HTMLElement =>
    h("button", { class: "btn", type: "button", "aria-pressed": String(showAll === show), onclick: turn(show) }, words);
  const wait = waiting().length;
  const tray = wait ? h("a", { class: "btn btn-block", href: "#/tray" }, t("to_decide", { n: wait })) : null;
  const ways = h("div", { class: "field-ways" }, h("a", { class: "btn", href: "#/new-door" }, t("new_door")), h("a", { class: "btn", href: "#/last" }, t("last_entries")));
  const led = leads() ? h("a", { class: "btn btn-block", href: "#/crew" }, t("crew_way", { n: onDuty() })) : null;
  const tabs = h("div", { class: "field-tabs" }, pick(false, t("still_open", { n: open.length })), pick(true, t("all_doors", { n: all.length })));
  const list = rows.length ? longList(rows, ROW_PX, (door) => doorRow(door, found.get(door.i))) : h("p", {}, all.length ? t("all_visited") : t("no_doors"));
  return { title: t("doors_to_go", { n: open.length }), parts: [tray, toldBox(), led, ways, tabs, list] };
}

function doorRow(door: Door, found: Newest | undefined): HTMLElement {
  const people = peopleOf(door);
  const needs = people.some((each) => each.x.length > 0);
  const who = people.length ? t("people_here", { n: people.length }) : t("nobody_known");
  const second = [door.h ? t("high_risk_short") : "", found?.back ? backWords(found.back, work.clock()) : found ? `${resultName(found.r)} ${moment(found.at)}` : "", door.h ? "" : who, needs ? t("with_needs") : ""].filter(Boolean).join(" · ");
  const due = dueAs(found?.back, work.clock()) !== "";
  return h("a", { class: due ? "field-row field-due" : "field-row", href: `#/door/${door.i}` }, h("strong", {}, doorName(door)), h("span", {}, second));
}

export function tray(): Screen {
  const wait = waiting();
  const parts = wait.map((each) => {
    const door = doorOf(each.mine.door);
    const led = personLed(each.mine.person);
    const mine = each.mine.kind === "finding" ? resultName(each.mine.result) : t(`kind_${each.mine.kind}`);
    const decide = (take: "mine" | "theirs") => () =>
      void work.write("settle", { of: each.key, take }, { door: each.mine.door, of: each.key });
    const theirs = each.theirs;
    const settled = each.state === "conflict" && led !== undefined; // hours are corrected for whoever served them
    const lines = [h("p", {}, `${t("mine")}: ${mine}, ${moment(each.at)}`)];
    if (theirs) lines.push(h("p", {}, `${theirs.by || t("colleague")}: ${resultName(theirs.r)}, ${moment(theirs.t)}`));
    else lines.push(h("p", {}, each.sentence, " ", h("code", {}, each.code)));
    return h(
      "section",
      { class: "panel" },
      h("h2", {}, door ? doorName(door) : (led?.n ?? each.mine.name ?? each.mine.number ?? mine)),
      ...lines,
      settled ? h("p", { class: "hint" }, t("hours_mended")) : h("button", { class: "btn btn-block", onclick: decide("mine") }, theirs ? t("keep_mine", { mine }) : t("send_again")),
      h("button", { class: "btn btn-block", onclick: decide("theirs") }, theirs ? t("keep_theirs", { theirs: resultName(theirs.r) }) : t(settled ? "keep_recorded" : "let_it_be")),
    );
  });
  return { title: wait.length ? t("to_decide", { n: wait.length }) : t("nothing_to_decide"), parts, back: true };
}

export function more(redraw: () => void): Screen {
  const stays = state.stays === true ? t("stays") : t("may_go");
  const facts: [string, string][] = [
    [t("as_of"), vaults.inside ? moment(vaults.inside.asOf) : "–"],
    [t("until"), vaults.vault ? moment(vaults.vault.until) : "–"],
    [t("on_this_phone"), stays],
  ];
  const list = h("dl", { class: "facts" });
  for (const [name, value] of facts) list.append(h("dt", {}, name), h("dd", {}, value));
  const away = h("button", { class: "btn btn-block", type: "button" }, t("sign_out_now"));
  away.addEventListener("click", () => {
    away.disabled = true;
    void work.signOut().then(() => {
      location.hash = "#/";
      redraw();
    });
  });
  const ask = h("button", { class: "btn btn-block", type: "button", onclick: () => void work.exchange() }, t("exchange_now"));
  const close = h("button", { class: "btn btn-block", type: "button" }, t(ours("close_doors")));
  close.addEventListener("click", () => {
    vaults.close();
    location.hash = "#/";
    redraw();
  });
  const out = h("section", { class: "panel" }, h("h2", {}, t("sign_out")), h("p", {}, state.unsent ? t("sign_out_unsent", { n: state.unsent }) : t(ours("sign_out_all_sent"))), away);
  const hand = leadsOnly() ? null : h("details", { class: "panel" }, h("summary", {}, t("hand_over")), h("p", {}, t("hand_over_hint")));
  return { title: t("this_phone"), parts: [list, ask, close, hand, out], back: true };
}
