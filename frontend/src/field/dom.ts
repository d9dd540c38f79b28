/** Elements made in one go. Text is text: nothing that somebody wrote is ever read as a page. */
type Part = Node | string | null | false | undefined;
type Props = Record<string, unknown>;

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...parts: Part[]): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value as EventListener);
    else if (name === "class") made.className = String(value);
    else made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...parts.filter((part): part is Node | string => part !== null && part !== false && part !== undefined));
  return made;
}

/** A row of choices, one of them taken. Returns the element and what is taken. */
export function choices<T extends string>(
  name: string,
  legend: string,
  all: readonly T[],
  words: (each: T) => string,
  first: T | null,
  changed: (now: T) => void = () => {},
): { box: HTMLElement; taken: () => T | null } {
  let now = first;
  const box = h("fieldset", { class: "field field-choices" }, h("legend", {}, legend));
  for (const each of all) {
    const input = h("input", { type: "radio", name, value: each, checked: each === first });
    input.addEventListener("change", () => {
      now = each;
      changed(each);
    });
    box.append(h("label", { class: "field-choice" }, input, h("span", {}, words(each))));
  }
  return { box, taken: () => now };
}
