/** Taps on a volunteer's own phone that wait for a signal: on every page of theirs, and on the page without one. */
import { onPage } from "./page";
import { withoutSignal } from "./shell";

if (document.body.dataset["noSignal"] === undefined) void onPage().catch(() => undefined);
else void withoutSignal();
