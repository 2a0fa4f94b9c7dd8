/** @file Whether a key is Space held for the picture, and not for what has the focus. */

const takesSpace =
  "a, button, input, select, textarea, summary, canvas[tabindex], [contenteditable], [role]:not([role=tabpanel]), dialog";

/** True for Space pressed where nothing else would take it. */
export function isPeekKey({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  if (key !== " " || ctrlKey || metaKey || altKey) return false;
  return !(target instanceof Element && target !== document.body && target.closest(takesSpace));
}
