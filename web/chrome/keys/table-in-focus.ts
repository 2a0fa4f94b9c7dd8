/** @file Finds the table of the figure that the user is at. */

const tableButtons = "button[aria-label^='Show as table'], button[aria-label*='as table']";

/** Presses *Show as table* of the figure or picture with the focus, or of the first one in the tab where the focus is on none. */
export function showTableInFocus(): void {
  for (let at = document.activeElement; at && at !== document.body; at = at.parentElement) {
    const button = at.querySelector<HTMLElement>(tableButtons);
    if (button) {
      button.click();
      return;
    }
  }
  const places = ["#tabbody", ".picture", ".answer"];
  places
    .map((place) => document.querySelector(place)?.querySelector<HTMLElement>(tableButtons))
    .find((button) => button !== null && button !== undefined)
    ?.click();
}
