/** On pages with a signal: what is kept is sent, and a tap that finds none is kept instead of an error. */
import { type Came, NoSignal, ask, begin, exchange, mayKeep } from "./exchange";
import { keep, keepTrying, note, notes, sendAndDraw } from "./keeping";
import * as store from "./store";
import type { Does } from "./store";
import { t } from "./words";

const FRESH_MS = 10 * 60_000;
const place = document.createElement("div");

/** Put notes on top of the page, or take them away. */
function say(...all: HTMLElement[]): void {
  place.replaceChildren(...all);
  place.className = all.length ? "content" : "";
}

async function draw(came?: Came): Promise<void> {
  // A page of a post shows how somebody stands: that has just changed.
  if (came?.sent && document.querySelector("[data-post]")) return location.reload();
  say(...(await notes(came, draw)));
}

export async function onPage(): Promise<void> {
  const { taps: own } = document.body.dataset;
  if (!own && !mayKeep()) return;
  document.querySelector("main .actions")?.before(place);
  const post = document.querySelector<HTMLElement>("[data-post]");
  if (own && post) await atPost(own, post.dataset);
  const phone = await store.phone();
  const fresh = phone !== undefined && phone.own === own && Math.abs(Date.now() - phone.seen) < FRESH_MS;
  if (fresh && !(await store.taps()).some((tap) => !tap.told)) await draw();
  else await sendAndDraw(draw);
  keepTrying(draw);
}

/** A page of a post brings what a phone needs to keep a tap on it. */
async function atPost(own: string, { post, postName, postMark, postAt }: DOMStringMap): Promise<void> {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-tap]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void tap(form, post ?? "");
    });
  }
  const before = await store.phone();
  if (before && before.own !== own) await exchange().catch(() => undefined); // what another left is theirs
  await begin({ own, mark: postMark ?? "", offset: Number(postAt) - Date.now(), seen: Date.now() });
  await store.keepName(post ?? "", postName ?? "");
}

/** Send a form; where no answer comes, keep what it says. */
async function tap(form: HTMLFormElement, code: string): Promise<void> {
  const at = Date.now();
  const press = form.querySelector("button");
  if (press?.getAttribute("aria-disabled")) return;
  press?.setAttribute("aria-disabled", "true");
  if (press) press.textContent = t("sending");
  const said = new Map([...new FormData(form)].filter((pair): pair is [string, string] => typeof pair[1] === "string"));
  try {
    const reply = await ask(location.href, { method: "POST", body: new URLSearchParams([...said]) });
    if (reply.type === "opaqueredirect") return location.reload();
    if (reply.status < 500) return form.submit(); // it has something to say, on a page of its own
  } catch (problem) {
    if (!(problem instanceof NoSignal)) throw problem;
  }
  const key = form.dataset["tap"];
  const kept = await keep({
    code,
    does: said.get("does") as Does,
    at,
    person: Number(said.get("person")),
    ...(said.get("does") === "start" && key ? { key } : {}),
    ...(said.has("service") ? { service: Number(said.get("service")) } : {}),
  });
  if (kept) {
    form.hidden = true;
    await draw();
  } else {
    say(note("note-bad", "alert", t("keeps_nothing")));
  }
  place.scrollIntoView({ block: "nearest" });
}
