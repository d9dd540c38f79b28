/** The large-print switch. A cookie, so that the server draws the next page large from the start. */
const YEAR_S = 365 * 24 * 3600;

export function startPrint(): void {
  const root = document.documentElement;
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-large-print]")) {
    button.setAttribute("aria-pressed", String(root.hasAttribute("data-large")));
    button.addEventListener("click", () => {
      const large = root.toggleAttribute("data-large");
      button.setAttribute("aria-pressed", String(large));
      document.cookie = `large_print=${large ? "1" : "0"}; path=/; max-age=${YEAR_S}; SameSite=Lax`;
    });
  }
}
