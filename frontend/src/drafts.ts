/**
 * What was typed survives a session that ended: the answer to a form sent too late keeps it in this tab, and the page,
 * opened again after signing in, has it back. Passwords and files are never kept, nor anything that was accepted.
 */
const KEY = "linli-unsent";

interface Draft {
  page: string;
  kept: boolean;
  fields: [string, string][];
}

export function startDrafts(): void {
  const draft = read();
  if (draft && document.querySelector("[data-keeps-draft]")) {
    write({ ...draft, kept: true });
  } else if (draft && !document.querySelector("input[type=password], [name=code]")) {
    // Signing in may lie between; the next page that is not of it takes the draft back or ends it.
    if (draft.kept && location.pathname === draft.page) refill(draft);
    sessionStorage.removeItem(KEY);
  }
  document.addEventListener("submit", (event) => keep(event.target as HTMLFormElement));
}

function write(draft: Draft): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // No room or no leave to keep it: the page works as before.
  }
}

function read(): Draft | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Draft | null;
  } catch {
    return null; // closed to us, or not ours
  }
}

function keep(form: HTMLFormElement): void {
  if (form.method !== "post" || !form.closest("main") || form.querySelector("input[type=password], input[type=file]")) return;
  const fields = [...new FormData(form)].filter(
    (pair): pair is [string, string] => typeof pair[1] === "string" && !/^(csrfmiddlewaretoken|once)$/.test(pair[0]),
  );
  write({ page: location.pathname, kept: false, fields });
}

function refill(draft: Draft): void {
  for (const control of document.querySelectorAll<HTMLInputElement>("main form [name]:not([type=hidden])")) {
    const said = draft.fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === "checkbox" || control.type === "radio") control.checked = said.includes(control.value);
    else if (said[0] !== undefined) control.value = said[0];
  }
}
