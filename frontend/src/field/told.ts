/** What the holder was told as a person and has not opened: here without a signal, and read once it was opened on its page. */
import { h } from "./dom";
import * as vaults from "./vault";
import { moment, t } from "./words";

export function toldBox(): HTMLElement | null {
  const told = vaults.inside?.told ?? [];
  if (!told.length) return null;
  const each = told.map(({ w, t: at }) => h("p", {}, `${moment(at)} · ${w}`));
  return h("details", { class: "panel" }, h("summary", {}, t("told", { n: told.length })), ...each, h("a", { class: "btn btn-block", href: "/notices/" }, t("told_open")));
}
