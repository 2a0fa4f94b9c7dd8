/** @file Remembers what was computed of numbers that do not change, as long as the numbers are in memory. */

/**
 * Makes a function that computes a value once for each owner and detail. Owners are the numbers that it is computed of; what is remembered
 * goes with them.
 */
export function createRemembered<Value>(): (owner: object, detail: unknown, compute: () => Value) => Value {
  const byOwner = new WeakMap<object, Map<unknown, Value>>();
  return (owner, detail, compute) => {
    let values = byOwner.get(owner);
    if (values === undefined) byOwner.set(owner, (values = new Map<unknown, Value>()));
    if (!values.has(detail)) values.set(detail, compute());
    return values.get(detail)!;
  };
}
