/** What every page loads: live figures, small switches, and nothing that a page cannot do without. */
import Alpine from "@alpinejs/csp";
import htmx from "htmx.org";
import "./app.css";
import { startAges } from "./ages";
import { startCopying } from "./copy";
import { startDrafts } from "./drafts";
import { startKeys } from "./keys";
import { startPrint } from "./large-print";
import { startTicks } from "./ticks";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;
document.documentElement.dataset["script"] = "on";
// A page without actions must not show an empty bar; :has() would say so, but is younger than our browsers.
for (const bar of document.querySelectorAll<HTMLElement>(".actions")) bar.hidden = bar.childElementCount === 0;
// The first answer that needs another look is not left behind the bar of actions.
document.querySelector(".field.has-error")?.scrollIntoView({ block: "nearest" });
// Where the entries of the navigation need more room than there is, the one of this page is seen.
document.querySelector(".bar nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
startPrint();
startKeys();
startAges();
startDrafts();
startCopying();
startTicks();
startOffline();
startTaps();
Alpine.start();

/** A phone that was somebody's own: what was tapped on it without a signal is sent, or goes. Their pages bring the script. */
function startTaps(): void {
  const ours = "./taps.js"; // a part of its own: most pages are nobody's own phone
  let kept: string | null = null;
  try {
    kept = localStorage.getItem("linli-taps");
  } catch {
    // closed to us: then nothing is kept either
  }
  if (kept && !document.body.dataset["taps"]) void import(/* @vite-ignore */ ours);
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
