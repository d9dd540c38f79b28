/** The app of a grid worker: doors, what was found, and what is not sent yet; with a signal or without. */
import "../field.css";
import { crewList, crewNow, leads, leadsOnly, ours } from "./crew";
import { oneDoor } from "./door";
import { h } from "./dom";
import { dueNow } from "./due";
import { doorOf, shownByList } from "./known";
import { lastEntries } from "./last";
import { moveAt } from "./moves";
import { newDoor } from "./newdoor";
import { type Screen, doorList, firstTime, locked, more, notices, tray } from "./screens";
import * as vaults from "./vault";
import * as work from "./work";
import { moment, speak, t, tongue } from "./words";

const page = document.getElementById("page") as HTMLElement;
const tools = document.getElementById("tools") as HTMLElement;
const quiet = document.getElementById("quiet") as HTMLElement;
const unsent = document.getElementById("unsent") as HTMLElement;
const SOS = "#sos";
const LISTS = ["#/", "#/crew"];

let shown = "";
let drawnFrom: unknown[] = [];
let told = h("div", {});

function screen(): Screen {
  if (!vaults.vault) return firstTime(draw);
  if (location.hash === "#/more") return more(draw);
  if (!vaults.inside) return locked(draw);
  if (location.hash === "#/tray") return tray();
  if (location.hash === "#/last") return lastEntries(draw);
  if (leadsOnly() || (leads() && location.hash === "#/crew")) return crewList(draw);
  if (location.hash === "#/new-door") return newDoor();
  const found = doorOf(/^#\/door\/([\w-]+)$/.exec(location.hash)?.[1]);
  return found ? oneDoor(found, draw) : (moveAt(location.hash) ?? doorList(draw));
}

function draw(): void {
  if (location.hash === SOS) return;
  const held = document.activeElement?.matches(".field-led button") ? document.activeElement.id : "";
  const now = screen();
  document.title = `${now.title} · 邻里 Linli`;
  const back = now.back ? h("a", { class: "back", href: now.back === true ? "#/" : now.back }, t(now.back === true ? ours("back") : "back_door")) : null;
  const actions = now.actions?.length ? h("div", { class: "actions" }, ...now.actions) : null;
  told = h("div", {});
  const content = h("div", { class: "content" }, told, ...now.parts);
  page.replaceChildren(...[back, h("h1", { class: "answer" }, now.title), actions, content].filter((each) => each !== null));
  const here = location.hash || "#/";
  if (shown !== here && shown) {
    scrollTo(0, 0);
    page.focus({ preventScroll: true });
  }
  shown = here;
  if (held) requestAnimationFrame(() => document.getElementById(held)?.focus({ preventScroll: true }));
  drawnFrom = seen();
  frame();
}

/** What the lists are drawn from, the time that has come for some of them too. */
const seen = (): unknown[] => [...shownByList(), dueNow(), crewNow()];

/** Whether a list stands on the screen as it is now: news may come every few seconds, and mostly has none. */
function listStands(): boolean {
  const now = seen();
  return vaults.inside !== undefined && LISTS.includes(shown) && shown === (location.hash || "#/") && drawnFrom.every((each, at) => each === now[at]);
}

/** What stands on every screen: what is not sent, whether there is a signal, which event. */
function frame(): void {
  const { state } = work;
  unsent.textContent = state.unsent ? t("unsent", { n: state.unsent }) : t("all_sent");
  unsent.dataset["some"] = String(state.unsent > 0);
  const lent = vaults.vault;
  const parts = [
    lent ? h("span", {}, lent.event) : null,
    lent?.exercise ? h("span", { class: "mark" }, t("exercise")) : null,
    state.signal ? null : h("span", { class: "mark" }, t("offline")),
    vaults.inside ? h("span", {}, `${t("as_of")} ${moment(vaults.inside.asOf)}`) : null,
  ];
  told.replaceChildren(...notices().filter((each): each is HTMLElement => each !== null));
  quiet.replaceChildren(...parts.filter((each): each is HTMLElement => each !== null).flatMap((each) => [each, " "]));
}

/** What came meanwhile is drawn at once, but not into a form that somebody is filling in. */
function redrawQuietly(): void {
  frame();
  const inForm = /^#\/(door|move|new-door)/.test(location.hash) || document.activeElement?.matches("input") || (vaults.vault && !vaults.inside);
  if (listStands()) return;
  if (!inForm || (vaults.vault === undefined && document.querySelector("#unlock"))) draw();
}

tools.replaceChildren(
  h("a", { class: "tool", href: "#/more" }, t("this_phone")),
  h("button", { class: "tool", type: "button", lang: tongue === "en" ? "zh-Hans" : "en", onclick: () => speak(tongue === "en" ? "zh-hans" : "en") }, tongue === "en" ? "中文" : "English"),
);
addEventListener("hashchange", draw);
work.onChange(redrawQuietly);
void work.start().then(() => {
  draw();
  document.documentElement.dataset["ready"] = "";
  void work.exchange();
});
void navigator.serviceWorker?.register("/field/sw.js", { scope: "/field/" }).catch(() => undefined);
