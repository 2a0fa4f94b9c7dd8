/** @file Where in the page a key was pressed. */
import type { KeyPlace } from "./shortcuts.ts";

/** Inputs that letters are not written into. */
const noText = new Set(["checkbox", "radio", "range", "button", "submit", "color", "file"]);

/** Roles of things that arrow keys move within. */
const withArrows =
  "select, input, [role=tab], [role=radio], [role=separator], [role=toolbar], [role=listbox], [role=menu], [role=grid], [role=application], [popover]";

/** What the element with the focus does with keys itself; a dialog takes all of them. */
export function keyPlaceOf(target: EventTarget | null): KeyPlace {
  if (!(target instanceof HTMLElement)) return "page";
  if (target.isContentEditable || target.closest("textarea, dialog")) return "text";
  const input = target.closest("input");
  if (input && !noText.has(input.type)) return "text";
  if (target.closest("select")) return "text";
  return target.closest(withArrows) ? "widget" : "page";
}
