/** One door: what is known of it, what was found, and who is there. Big choices before any typing. */
import { type Chosen as Back, comesBack } from "./back";
import { choices, h } from "./dom";
import { backWords, dueAs, dueFirst } from "./due";
import { type Newest, doors, nameOf, peopleOf, results } from "./known";
import { needsAt } from "./needs";
import { peopleAt } from "./people";
import { doorName, needsOf, personName, resultName, shortName } from "./says";
import type { Screen } from "./screens";
import { type Door, HOWS, type How, type Person, RESULTS, type Ref, type Result, STATES, type SaidState } from "./shapes";
import * as vaults from "./vault";
import * as work from "./work";
import { moment, t } from "./words";

/** What was chosen before somebody new was added: drawing the door anew loses nothing of it. */
interface Chosen {
  door: Ref;
  result: Result | null;
  how: How | null;
  said: Map<Ref, SaidState | null>;
  spoke: string;
  back: Back;
}
let chosen: Chosen | null = null;

export function oneDoor(door: Door, redraw: () => void): Screen {
  const before = chosen?.door === door.i ? chosen : null;
  chosen = null;
  const people = peopleOf(door);
  const last = results().get(door.i);
  const who = h("div", { hidden: before?.result !== "answered" });
  const taken = new Map<number | string, () => SaidState | null>();
  for (const person of people) {
    const asked = choices<SaidState>(`p${person.i}`, personName(person), STATES, (each) => t(`said_${each}`), before?.said.get(person.i) ?? "here");
    taken.set(person.i, asked.taken);
    if (person.x.length) asked.box.prepend(h("p", { class: "hint" }, needsOf(person)));
    who.append(asked.box);
  }
  const speaks = people.length > 1 ? choices("spoke", t("who_spoke"), ["", ...people.map((each) => String(each.i))], spokenBy(people), before?.spoke ?? "") : null;
  if (speaks) who.append(speaks.box);
  const save = h("button", { class: "btn btn-primary btn-block", type: "button" }, t("write_down"));
  const error = h("p", { class: "error", role: "alert", hidden: true }, t("choose_result"));
  const result = choices<Result>("result", t("what_found"), RESULTS, resultName, before?.result ?? null, (now) => {
    error.hidden = true;
    who.hidden = now !== "answered" || people.length === 0;
    back.box.hidden = now === "vacant";
  });
  const back = comesBack(before?.back);
  back.box.hidden = before?.result === "vacant";
  result.box.classList.add("field-big");
  const hows = door.h ? [...HOWS].sort((one, other) => Number(other === "phone") - Number(one === "phone")) : HOWS;
  const how = choices<How>("how", t("how"), hows, (each) => t(`how_${each}`), before?.how ?? (door.h ? "phone" : "door"));
  save.addEventListener("click", () => {
    error.hidden = result.taken() !== null;
    if (!error.hidden) return result.box.querySelector("input")?.focus();
    save.disabled = true;
    const [at, asked] = [work.clock(), result.taken() !== "vacant"];
    save.disabled = !(asked && back.wrong(at));
    if (!save.disabled) return back.box.scrollIntoView({ block: "center" });
    void write(door, people, result.taken(), how.taken(), taken, speaks?.taken() ?? "", asked ? back.taken(at) : null).then(next(door));
  });
  const keep = (): void => {
    const said = new Map([...taken].map(([each, say]) => [each, say()]));
    chosen = { door: door.i, result: result.taken(), how: how.taken(), said, spoke: speaks?.taken() ?? "", back: back.chosen() };
  };
  const parts = [
    last ? h("p", {}, lastWords(last)) : null,
    othersDue(door),
    last?.back ? h("div", { class: "note" }, h("p", {}, h("strong", {}, dueAs(last.back, work.clock()) ? backWords(last.back, work.clock()) : t("back_told", { when: moment(last.back) })))) : null,
    door.h ? h("div", { class: "note note-warn" }, h("p", {}, h("strong", {}, t("high_risk"))), h("p", {}, t("before_knock", { safety: vaults.vault?.safety ?? "" }))) : null,
    door.h ? peopleAt(door) : null,
    door.s === null ? h("div", { class: "note note-warn" }, h("p", {}, t("no_sweep"))) : null,
    error,
    result.box,
    who,
    how.box,
    back.box,
    needsAt(door),
    door.h ? null : peopleAt(door),
    newPerson(door, () => {
      keep();
      redraw();
    }),
  ];
  return { title: doorName(door), parts, actions: door.s === null ? [] : [save], back: true };
}

/** The way to the door that is due first, where it is another one: whoever goes from door to door sees no list. */
function othersDue(here: Door): HTMLElement | null {
  const [first] = dueFirst(doors());
  const back = first && results().get(first.i)?.back;
  if (!back || first.i === here.i || !dueAs(back, work.clock())) return null;
  return h("a", { class: "btn btn-block", href: `#/door/${first.i}` }, `${backWords(back, work.clock())} · ${doorName(first)}`);
}

/** What was found last, and by whom where a colleague was there. */
function lastWords(last: Newest): string {
  const [said, name] = [t("last_found", { result: resultName(last.r), at: moment(last.at) }), nameOf(last.by)];
  return name && last.by !== vaults.inside?.author ? `${said} · ${name}` : said;
}

const spokenBy = (people: Person[]) => (each: string): string => {
  const person = people.find((one) => String(one.i) === each);
  return person ? shortName(person) : t("nobody_special");
};

async function write(
  door: Door,
  people: Person[],
  result: Result | null,
  how: How | null,
  taken: Map<number | string, () => SaidState | null>,
  spoke: string,
  back: number | null,
): Promise<void> {
  if (!result || !how) return;
  const said = result === "answered" ? people.map((each) => [each.i, taken.get(each.i)?.() ?? "here"]) : [];
  const speaker = said.length ? people.find((each) => String(each.i) === spoke)?.i : undefined;
  const says = { door: door.i, sweep: door.s, result, how, said, seen: door.r?.i ?? null, ...(speaker === undefined ? {} : { spoke: speaker }), ...(back === null ? {} : { back }) };
  await work.write("finding", says, { door: door.i, result, how, refers: said.map(([who]) => who as Ref), ...(back === null ? {} : { back }) });
}

/** To the next door that is still open, in walking order; to the list where there is none. */
const next = (door: Door) => (): void => {
  const found = results();
  const all = doors();
  const after = all.slice(all.findIndex((each) => each.i === door.i) + 1);
  const open = after.find((each) => !found.has(each.i));
  location.hash = open ? `#/door/${open.i}` : "#/";
};

function newPerson(door: Door, redraw: () => void): HTMLElement {
  const name = h("input", { id: "name", class: "input", autocomplete: "off", maxlength: 40 });
  const phone = h("input", { id: "phone", class: "input", type: "tel", inputmode: "tel", autocomplete: "off", maxlength: 20 });
  const guest = h("input", { type: "checkbox" });
  const error = h("p", { class: "error", role: "alert", hidden: true }, t("name_missing"));
  const add = h("button", { class: "btn btn-block", type: "button" }, t("add_person"));
  add.addEventListener("click", () => {
    const said = name.value.trim();
    error.hidden = said !== "";
    if (!said) return name.focus();
    add.disabled = true;
    const says = { door: door.i, name: said, phone: phone.value.trim(), guest: guest.checked };
    void work.write("person", says, { door: door.i, name: `${said.slice(0, 1)}**` }).then(redraw);
  });
  return h(
    "details",
    { class: "panel" },
    h("summary", {}, t("new_person")),
    error,
    h("div", { class: "field" }, h("label", { for: "name" }, t("name")), name),
    h("div", { class: "field" }, h("label", { for: "phone" }, t("phone_if_told")), phone),
    h("label", { class: "field-choice" }, guest, h("span", {}, t("guest"))),
    add,
  );
}
