/** What every page loads: live figures, small switches, and nothing that a page cannot do without. */
import Alpine from "@alpinejs/csp";
import htmx from "htmx.org";
import "./app.css";
import { startCopying } from "./copy";
import { startKeys } from "./keys";
import { startPrint } from "./large-print";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;
document.documentElement.dataset["script"] = "on";
// A page without actions must not show an empty bar; :has() would say so, but is younger than our browsers.
for (const bar of document.querySelectorAll<HTMLElement>(".actions")) bar.hidden = bar.childElementCount === 0;
startPrint();
startKeys();
startAges();
startCopying();
startOffline();
Alpine.start();

/** A poll that fails must not blank the figure: the last picture stays, and says how old it is. */
function startAges(): void {
  const mark = (event: Event, old: boolean): void => {
    const live = (event.target as Element | null)?.closest<HTMLElement>("[data-live]");
    if (!live) return;
    if (old) live.dataset["old"] = "";
    else delete live.dataset["old"];
  };
  document.body.addEventListener("htmx:sendError", (event) => mark(event, true));
  document.body.addEventListener("htmx:responseError", (event) => mark(event, true));
  document.body.addEventListener("htmx:afterOnLoad", (event) => mark(event, false));
}

/** Says in the quiet line that the net is gone, for as long as it is. */
function startOffline(): void {
  const tell = (): void => {
    for (const mark of document.querySelectorAll<HTMLElement>("[data-offline]")) mark.hidden = navigator.onLine;
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  tell();
}
