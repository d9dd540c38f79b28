/** Sentences, from the page: in its language, or in both where it is the one that a phone keeps. */
type Words = Record<string, string>;

const found = JSON.parse(document.getElementById("taps-words")?.textContent ?? "{}") as Words | Record<string, Words>;
const chosen = /django_language=(zh-hans|en)/.exec(document.cookie)?.[1] ?? document.documentElement.lang.toLowerCase();
export const tongue = chosen === "en" ? "en" : "zh-hans";
const words = (typeof found[tongue] === "object" ? found[tongue] : found) as Words;
if (typeof found[tongue] === "object") document.documentElement.lang = tongue === "en" ? "en" : "zh-Hans";

export function t(key: string, facts: Record<string, string> = {}): string {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => facts[name] ?? "");
}

export const speaks = (): boolean => Object.keys(words).length > 0;

export function speak(other: string): void {
  document.cookie = `django_language=${other}; path=/; max-age=31536000; SameSite=Lax`;
  location.reload();
}

/** A moment as people say it: today's by the hour alone. */
export function moment(ms: number): string {
  const then = new Date(ms);
  const hour = { hour: "2-digit", minute: "2-digit", hour12: false } as const;
  const today = then.toDateString() === new Date().toDateString();
  return new Intl.DateTimeFormat(tongue === "en" ? "en-GB" : "zh-CN", today ? hour : { day: "numeric", month: "short", ...hour }).format(then);
}
