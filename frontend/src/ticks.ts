/** Buttons with data-ticks say how many boxes of that name are ticked in their form, on other pages of a list too. */
export function startTicks(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-ticks]")) {
    const none = button.textContent ?? "";
    const tell = (): void => {
      const name = button.dataset["ticks"] ?? "";
      const boxes = [...(button.form?.elements ?? [])].filter(
        (each): each is HTMLInputElement => each instanceof HTMLInputElement && each.name === name,
      );
      const ticked = boxes.filter((each) => each.checked || each.type === "hidden").length;
      const words = ticked === 1 ? button.dataset["one"] : button.dataset["many"]?.replace("{n}", String(ticked));
      button.textContent = ticked === 0 ? none : (words ?? none);
    };
    document.addEventListener("change", tell);
    tell();
  }
}
