/** A desk runs from the keyboard: elements with data-key answer to it, and ? lists them. */
const TYPING = "input, textarea, select, [contenteditable]";

export function startKeys(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog[data-keys]");
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if ((event.target as Element).closest(TYPING) || document.querySelector("dialog[open]")) return;
    if (event.key === "?" && dialog) {
      fill(dialog);
      dialog.showModal();
      return;
    }
    const wanted = [...keyed()].find((element) => element.dataset["key"] === event.key);
    if (!wanted) return;
    event.preventDefault();
    if (wanted.matches(TYPING)) wanted.focus();
    else wanted.click();
  });
}

function keyed(): NodeListOf<HTMLElement> {
  return document.querySelectorAll<HTMLElement>("[data-key]");
}

function fill(dialog: HTMLDialogElement): void {
  const list = dialog.querySelector("dl");
  if (!list) return;
  list.replaceChildren(
    ...[...keyed()].flatMap((element) => {
      const key = document.createElement("dt");
      key.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset["key"] ?? "" }));
      const says = element.getAttribute("aria-label") ?? element.textContent ?? "";
      return [key, Object.assign(document.createElement("dd"), { textContent: says.trim() })];
    }),
  );
}
