/** @file Looks names up that others wrote. */

/**
 * The value of `name` in a table, or undefined if the table has none. Names such as "constructor" or "toString", which every object
 * inherits, are none of a table.
 */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
