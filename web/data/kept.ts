/** @file Keeps the last value while the next one is on its way, so that drawings stay until there is something new. */

/**
 * Makes a function that returns its value, or while that is undefined the last one that was given with the same key. A change of key (the
 * run) forgets.
 */
export function createKept<T>(): (key: string, value: T | undefined) => T | undefined {
  let last: { readonly key: string; readonly value: T } | undefined;
  return (key, value) => {
    if (value !== undefined) last = { key, value };
    else if (last?.key !== key) last = undefined;
    return last?.value;
  };
}
