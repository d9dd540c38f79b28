/** The page that a phone shows for a post's where there is no signal: started, finished, kept with its time. */
import type { Came } from "./exchange";
import { button, element, keep, keepTrying, note, notes, sendAndDraw } from "./keeping";
import * as store from "./store";
import type { Does } from "./store";
import { speak, t, tongue } from "./words";

const TAPPED_MS = 1500; // where a finger comes down twice, the second time does not undo the first
const RELOADED = "linli-taps-reloaded";
const RELOAD_MS = 60_000;
const answer = document.getElementById("answer") as HTMLElement;
const page = document.getElementById("taps") as HTMLElement;
let tappedAt = -TAPPED_MS;

/** What was typed, without blanks and hyphens, in capitals; empty where it can be no code (src/linli/duty/hours/posts.py). */
function plain(typed: string): string {
  const letters = typed.normalize("NFKC").toUpperCase().replace(/[\s\u2010\u2013\u2014-]/g, "");
  return /^[2-9A-HJKMNP-Z]{8}$/.test(letters) ? letters : "";
}

const code = plain(decodeURIComponent(/^\/post\/([^/]+)\/$/.exec(location.pathname)?.[1] ?? ""));
const printed = `${code.slice(0, 4)}\u2011${code.slice(4)}`; // never broken between two lines

async function draw(came?: Came): Promise<void> {
  // The signal is back: the page itself says more. Not over and over, where only a part of it answers.
  if (came && !came.whose.size && !came.lost && Date.now() - Number(sessionStorage.getItem(RELOADED)) > RELOAD_MS) {
    sessionStorage.setItem(RELOADED, String(Date.now()));
    return location.reload();
  }
  const name = code ? await store.nameOf(code) : undefined;
  answer.textContent = !code ? t("type_code") : name ? t("duty_at", { name }) : t("duty_code", { code: printed });
  document.title = `${answer.textContent} · 邻里 Linli`;
  const parts = !(await store.phone()) ? [element("p", "lead", t("no_session"))] : code ? await atPost(name) : [typing()];
  const again = element("p", "", button(t("try_again"), "btn btn-block", () => location.reload()));
  page.replaceChildren(...(await notes(came, draw)), ...parts, again);
}

async function atPost(name: string | undefined): Promise<HTMLElement[]> {
  const here = (await store.taps()).filter((tap) => tap.code === code && !tap.told);
  const last = here[here.length - 1];
  const begun = last?.does === "start" ? last : undefined;
  const ways = begun ? [way("finish", "btn-primary", begun.key)] : [way("start", "btn-primary"), way("finish", "")];
  const out = last && !last.tried ? [element("p", "", button(t("take_out"), "btn", () => store.settle([], [last]).then(() => draw())))] : [];
  const compare = name ? [] : [element("p", "hint", t("check_code", { code: printed }))];
  return [element("p", "lead", t("no_signal")), ...compare, ...ways, ...out];
}

function way(does: Does, look: string, of?: string): HTMLElement {
  const made = button(t(does), `btn btn-block ${look}`, async () => {
    tappedAt = performance.now();
    const kept = await keep({ code, does, at: Date.now(), ...(of ? { of } : {}) });
    if (!kept) return page.replaceChildren(note("note-bad", "alert", t("keeps_nothing")));
    await draw();
    await sendAndDraw(draw);
  });
  const wait = TAPPED_MS - (performance.now() - tappedAt);
  if (wait > 0) {
    made.disabled = true;
    setTimeout(() => (made.disabled = false), wait);
  }
  return element("p", "", made);
}

function typing(): HTMLElement {
  const input = element("input", "") as HTMLInputElement;
  Object.assign(input, { id: "code", autocomplete: "off", autocapitalize: "characters", spellcheck: false });
  const label = element("label", "", t("type_code")) as HTMLLabelElement;
  label.htmlFor = "code";
  const wrong = element("p", "");
  wrong.setAttribute("role", "alert");
  const form = element("form", "form", element("div", "field", label, input), wrong, element("button", "btn btn-primary btn-block", t("go_on")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = plain(input.value);
    if (typed) location.assign(`/post/${typed}/`);
    else wrong.textContent = t("code_wrong");
  });
  return form;
}

export async function withoutSignal(): Promise<void> {
  const other = tongue === "en" ? "zh-hans" : "en";
  const tool = document.getElementById("tongue") as HTMLButtonElement;
  tool.textContent = other === "en" ? "English" : "中文";
  tool.lang = other === "en" ? "en" : "zh-Hans";
  tool.addEventListener("click", () => speak(other));
  tool.hidden = false;
  (document.getElementById("quiet") as HTMLElement).textContent = t("no_signal_short");
  try {
    await draw();
  } catch {
    page.replaceChildren(note("note-bad", "alert", t("keeps_nothing"))); // a store that cannot be opened
  }
  document.documentElement.dataset["ready"] = "";
  keepTrying(draw, true);
}
