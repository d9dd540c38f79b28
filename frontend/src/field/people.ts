/** Who lives behind a door: to ring somebody up, and to say that they moved. */
import { h } from "./dom";
import * as net from "./exchange";
import { peopleOf, written } from "./known";
import { needsOf, personName } from "./says";
import { type Door, type Person, REASONS, type Reason } from "./shapes";
import * as vaults from "./vault";
import * as work from "./work";
import { t } from "./words";

const MOST_AN_HOUR = 60; // as src/linli/custody/reveals.py
const HOUR_MS = 3_600_000;

export function peopleAt(door: Door): HTMLElement | null {
  const people = peopleOf(door);
  if (!people.length) return null;
  const summary = h("summary", {}, t("people_behind", { n: people.length }));
  const box = h("details", { class: "panel" }, summary, ...people.map((each) => onePerson(door, each)));
  box.open = door.h === true; // there ringing comes before knocking
  return box;
}

function onePerson(door: Door, person: Person): HTMLElement {
  const moved = written().filter((mark) => mark.kind === "move" && mark.person === person.i).pop();
  return h(
    "section",
    { class: "field-person" },
    h("h3", {}, personName(person)),
    person.x.length ? h("p", { class: "hint" }, needsOf(person)) : null,
    moved ? h("p", { class: "hint" }, t("desk_told_of", { what: t(`move_${moved.what}`) })) : null,
    person.c ? numberOf(door, person) : null,
    h("a", { class: "btn btn-block", href: `#/move/${door.i}/${person.i}` }, t("moved_ask")),
  );
}

function numberOf(door: Door, person: Person): HTMLElement {
  const box = h("div", {});
  const ask = h("button", { class: "btn btn-block", type: "button" }, t("show_number"));
  const reasons = REASONS.map((reason) => h("button", { class: "btn btn-block", type: "button", onclick: () => void show(reason) }, t(`reason_${reason}`)));
  const asked = h("fieldset", { class: "field", hidden: true }, h("legend", {}, t("why_number")), h("p", { class: "hint" }, t("number_recorded")), ...reasons);
  const said = h("p", { role: "status" });
  ask.addEventListener("click", () => {
    ask.hidden = true;
    asked.hidden = false;
    reasons[0]?.focus();
  });
  const show = async (reason: Reason): Promise<void> => {
    for (const each of reasons) each.disabled = true;
    const number = await numberFor(door, person, reason).catch((problem: unknown) => {
      said.textContent = problem instanceof net.Told && problem.message ? problem.message : t("number_needs_signal");
      return "";
    });
    for (const each of reasons) each.disabled = false;
    if (number) box.replaceChildren(h("a", { class: "btn btn-primary btn-block", href: `tel:${number}` }, t("call", { number: grouped(number) })));
  };
  box.append(ask, asked, said);
  return box;
}

/** A number that lies here is shown once it is written down that it was; another is asked for. */
async function numberFor(door: Door, person: Person, reason: Reason): Promise<string> {
  if (person.t === undefined) {
    const lease = vaults.vault?.lease ?? "";
    const said = await net.hello(lease);
    return (await net.number(lease, person.i, reason, said.csrf)).number;
  }
  const lately = written().filter((mark) => mark.kind === "shown" && mark.at > Date.now() - HOUR_MS);
  if (lately.length >= MOST_AN_HOUR) throw new net.Told("too_many_reveals", t("too_many_numbers", { n: MOST_AN_HOUR }));
  await work.write("shown", { person: person.i, reason }, { door: door.i, person: person.i });
  return person.t;
}

const grouped = (number: string): string => (/^\d{11}$/.test(number) ? `${number.slice(0, 3)} ${number.slice(3, 7)} ${number.slice(7)}` : number);
