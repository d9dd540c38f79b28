/** Buttons with data-copy put the words of another element on the clipboard, and say that they did. */
const SHOWN_MS = 3000;

export function startCopying(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy]");
    const source = button && document.querySelector<HTMLElement>(button.dataset["copy"] ?? "");
    if (button && source) void copy(source).then((done) => done && say(button));
  });
}

async function copy(source: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(source.innerText);
    return true;
  } catch {
    // The clipboard is closed to pages without https; the selection stays, so that Ctrl+C works even then.
    const range = document.createRange();
    range.selectNodeContents(source);
    const chosen = getSelection();
    chosen?.removeAllRanges();
    chosen?.addRange(range);
    return document.execCommand("copy");
  }
}

function say(button: HTMLElement): void {
  if (button.dataset["says"] !== undefined) return; // still saying it
  const before = button.textContent ?? "";
  button.dataset["says"] = before;
  button.setAttribute("aria-live", "polite");
  button.textContent = button.dataset["copied"] ?? before;
  setTimeout(() => {
    button.textContent = before;
    delete button.dataset["says"];
  }, SHOWN_MS);
}
