/** @file Keeps the address of the page in step with the selection. */
import type { Selection } from "../selection/selection.ts";
import { writeHash } from "../selection/url.ts";

/** Browsers refuse more than 100 changes of the address in 10 seconds, which dragging a slider would make. */
const pauseMs = 150;

/** What the address needs of the browser; `window` has all of it. */
export interface AddressHost {
  readonly location: Pick<Location, "pathname" | "search">;
  readonly history: Pick<History, "pushState" | "replaceState">;
  readonly addEventListener: (type: "pagehide", listener: () => void) => void;
}

export interface Address {
  /** A new place, to which Back returns. */
  push(selection: Selection): void;
  /** The same place seen differently; written after a short pause, the last selection only. */
  replace(selection: Selection): void;
  /** Writes at once what waits, as before the address is copied. */
  flush(): void;
  /** Forgets what waits, because the browser went to another place. */
  forget(): void;
}

/** The address of this page. */
export function createAddress(host: AddressHost = window): Address {
  let waiting: { readonly selection: Selection; readonly timer: ReturnType<typeof setTimeout> } | undefined;

  function textOf(selection: Selection): string {
    const hash = writeHash(selection);
    return `${host.location.pathname}${host.location.search}${hash === "" ? "" : `#${hash}`}`;
  }

  function flush(): void {
    if (waiting === undefined) return;
    clearTimeout(waiting.timer);
    host.history.replaceState(null, "", textOf(waiting.selection));
    waiting = undefined;
  }

  function forget(): void {
    if (waiting !== undefined) clearTimeout(waiting.timer);
    waiting = undefined;
  }

  host.addEventListener("pagehide", flush);
  return {
    push(selection) {
      flush();
      host.history.pushState(null, "", textOf(selection));
    },
    replace(selection) {
      forget();
      waiting = { selection, timer: setTimeout(flush, pauseMs) };
    },
    flush,
    forget,
  };
}
