/** @file A part of the page over all of the screen, alone. */
import { createSubscriber } from "svelte/reactivity";

const subscribe = createSubscriber((update) => {
  document.addEventListener("fullscreenchange", update);
  document.addEventListener("toggle", update, true);
  return () => {
    document.removeEventListener("fullscreenchange", update);
    document.removeEventListener("toggle", update, true);
  };
});

/** What does not belong to the part while it fills the screen has this attribute. */
const besideAttribute = "data-beside";

/** Whether a part fills the screen now; a view that reads it is run again when that changes. */
export function fillsScreen(part: HTMLElement | undefined): boolean {
  subscribe();
  return part !== undefined && (document.fullscreenElement === part || part.matches("[popover]:popover-open"));
}

/** Ends the full screen, of whichever part. */
export async function leaveFullScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
}

/**
 * Fills the screen with a part of the page, or gives it back. `own` are the children that are shown then; all of them if it is left out.
 * Browsers that fill the screen with videos alone show the part over the page.
 */
export async function toggleFullScreen(part: HTMLElement, own?: readonly Element[]): Promise<void> {
  for (const child of part.children) child.removeAttribute(besideAttribute);
  if (fillsScreen(part)) {
    if (document.fullscreenElement) await document.exitFullscreen();
    else part.removeAttribute("popover");
    return;
  }
  if (own) for (const child of part.children) child.toggleAttribute(besideAttribute, !own.includes(child));
  part.classList.add("fillable");
  if (document.fullscreenEnabled) await part.requestFullscreen();
  else {
    part.popover = "manual";
    part.showPopover();
  }
}

/** A figure's head and what follows it up to the head of the next figure. */
export function partsOfFigure(head: Element): Element[] {
  const parts = [head];
  for (let next = head.nextElementSibling; next; next = next.nextElementSibling) {
    if (next.matches(".bh") || next.querySelector(".bh")) break;
    parts.push(next);
  }
  return parts;
}
