/** The app's sentences, in both languages from the page itself, so that they are there without the net. */
type Tongue = "zh-hans" | "en";

const every = JSON.parse(document.getElementById("words")?.textContent ?? "{}") as Record<Tongue, Record<string, string>>;
const chosen = /django_language=(zh-hans|en)/.exec(document.cookie)?.[1] ?? document.documentElement.lang.toLowerCase();
export const tongue: Tongue = chosen === "en" ? "en" : "zh-hans";
document.documentElement.lang = tongue === "en" ? "en" : "zh-Hans";

/** A sentence by its key, with its facts put in. */
export function t(key: string, facts: Record<string, string | number> = {}): string {
  const words = every[tongue]?.[key] ?? key;
  return words.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? ""));
}

export function speak(other: Tongue): void {
  document.cookie = `django_language=${other}; path=/; max-age=31536000; SameSite=Lax`;
  location.reload();
}

const LOCALE = tongue === "en" ? "en-GB" : "zh-CN";
const hour = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hour12: false });
const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false });

/** A moment as people say it: today's by the hour alone. */
export function moment(ms: number): string {
  const then = new Date(ms);
  return then.toDateString() === new Date().toDateString() ? hour.format(then) : day.format(then);
}
