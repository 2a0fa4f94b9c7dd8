/** @file A value that is one object, read again only when what a view depends on in it changes. */
import { untrack } from "svelte";

/** The value as it was when its key last changed, so that a change of anything else computes and draws nothing anew. */
export function readByKey<T>(keyOf: () => string, read: () => T): { readonly current: T } {
  const key = $derived(keyOf());
  const value = $derived.by(() => (key === "" ? read() : untrack(read)));
  return {
    get current() {
      return value;
    },
  };
}
