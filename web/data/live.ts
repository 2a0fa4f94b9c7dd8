/** @file Objects whose fields are signals, read anew each time. */

/**
 * `live({ run: () => run }, { close })` has the field `run`, which is what the function gives at the moment of reading, and `close` as
 * it is.
 */
export function live<Fields extends Readonly<Record<string, () => unknown>>, Rest extends object = object>(
  fields: Fields,
  rest?: Rest,
): { readonly [Name in keyof Fields]: ReturnType<Fields[Name]> } & Rest {
  const getters = Object.entries(fields).map(([name, get]) => [name, { get, enumerable: true }] as const);
  return Object.assign(Object.defineProperties({}, Object.fromEntries(getters)), rest) as never;
}
