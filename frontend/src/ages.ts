/** A poll that fails must not blank the figure: the last picture stays, and says how old it is. */
const answered = new Map<string, number>();

export function startAges(): void {
  for (const live of document.querySelectorAll<HTMLElement>("[data-live]")) answered.set(live.id, Date.now());
  document.body.addEventListener("htmx:sendError", missed);
  document.body.addEventListener("htmx:responseError", missed);
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, pathInfo } = detail(event);
    // Led elsewhere means asked to sign in again: that page is not a figure. Loading anew asks for it, and comes back.
    if (new URL(xhr.responseURL).pathname !== new URL(pathInfo.requestPath, location.href).pathname) {
      event.preventDefault();
      location.reload();
    }
  });
  document.body.addEventListener("htmx:afterOnLoad", (event) => {
    const live = liveOf(event);
    if (!live || detail(event).xhr.status >= 400) return;
    answered.set(live.id, Date.now());
    delete live.dataset["old"];
  });
}

interface Detail {
  xhr: XMLHttpRequest;
  pathInfo: { requestPath: string };
}

const detail = (event: Event): Detail => (event as CustomEvent<Detail>).detail;
const liveOf = (event: Event): HTMLElement | null | undefined =>
  (event.target as Element | null)?.closest<HTMLElement>("[data-live]");

function missed(event: Event): void {
  const live = liveOf(event);
  if (!live) return;
  live.dataset["old"] = "";
  const mark = live.querySelector<HTMLElement>(".aged time");
  const minutes = Math.floor((Date.now() - (answered.get(live.id) ?? Date.now())) / 60_000);
  const age = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(-minutes, "minute");
  // Only when it changes: a screen reader says it each time.
  if (mark && mark.textContent !== age) mark.textContent = age;
}
