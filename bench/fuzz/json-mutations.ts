/** @file Changes to JSON values: what is wrong in files that people have, and what a hostile hand would write. */
import type { Random } from "./random.ts";
import { hostileText, mutateText } from "./text-mutations.ts";

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** Names that mean something to JavaScript objects. */
const objectNames = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "length", "then", "toJSON"];

const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  1.5,
  255,
  256,
  65_535,
  2 ** 31 - 1,
  2 ** 31,
  -(2 ** 31),
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  1e21,
  1e308,
  -1e308,
  5e-324,
  1e-7,
];

/** A number at or beyond some border. */
export function hostileNumber(random: Random): number {
  return random.chance(0.7) ? random.pick(numbers) : Math.round((random.next() - 0.5) * 10 ** random.below(12));
}

/** A value of another type than most readers expect. */
export function hostileValue(random: Random, depth = 0): Json {
  switch (random.below(depth > 2 ? 5 : 9)) {
    case 0:
      return null;
    case 1:
      return random.chance(0.5);
    case 2:
    case 3:
      return hostileNumber(random);
    case 4:
      return hostileText(random);
    case 5:
      return Array.from({ length: random.below(4) }, () => hostileValue(random, depth + 1));
    case 6:
      return Object.fromEntries(
        Array.from({ length: random.below(3) }, () => [hostileName(random), hostileValue(random, depth + 1)] as const),
      );
    case 7:
      return nested(random);
    default:
      return random.pick<Json>([[], {}, "", [[]], [null], { "": null }]);
  }
}

function nested(random: Random): Json {
  const depth = random.pick([3, 17, 65, 200, 2000]);
  const inLists = random.chance(0.5);
  let value: Json = 1;
  for (let i = 0; i < depth; i++) value = inLists ? [value] : { a: value };
  return value;
}

function hostileName(random: Random): string {
  return random.chance(0.5) ? random.pick(objectNames) : hostileText(random);
}

/** A place in a JSON value: the object or list that holds it, and its name or index there. */
interface Place {
  readonly holder: Json[] | Record<string, Json>;
  readonly key: string | number;
}

/** A random place, found by walking down so that every level is visited about as often. */
function placeIn(root: { value: Json }, random: Random): Place {
  let place: Place = { holder: root, key: "value" };
  for (;;) {
    const value = valueAt(place);
    if (value === null || typeof value !== "object" || (place.holder !== root && random.chance(0.3))) return place;
    const keys = Object.keys(value);
    if (keys.length === 0) return place;
    const key = random.pick(keys);
    place = Array.isArray(value) ? { holder: value, key: Number(key) } : { holder: value, key };
  }
}

function valueAt({ holder, key }: Place): Json {
  return (holder as Record<string | number, Json>)[key]!;
}

function put({ holder, key }: Place, value: Json): void {
  // A plain assignment to "__proto__" would change the prototype instead.
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function remove({ holder, key }: Place): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

/** Nesting is deeper than a structured clone goes. */
const clone = (value: Json): Json => JSON.parse(JSON.stringify(value)) as Json;

/** One change of one place: its value, or what stands around it. */
function changeOnce(root: { value: Json }, random: Random): void {
  const place = placeIn(root, random);
  const value = valueAt(place);
  const isNamed = place.holder !== root && !Array.isArray(place.holder);
  switch (random.below(10)) {
    case 0:
      if (place.holder !== root) remove(place);
      break;
    case 1:
      // One entry more, or the same one twice.
      if (Array.isArray(place.holder)) place.holder.splice(Number(place.key), 0, clone(value));
      else put({ holder: place.holder, key: hostileName(random) }, clone(value));
      break;
    case 2:
      if (!isNamed) break;
      // The same value under another name.
      remove(place);
      put({ holder: place.holder, key: mutateText(String(place.key), random) }, value);
      break;
    case 3:
      // A value that stands elsewhere in the file.
      put(place, clone(valueAt(placeIn(root, random))));
      break;
    default:
      put(place, changedValue(value, random));
  }
}

function changedValue(value: Json, random: Random): Json {
  switch (random.below(6)) {
    case 0:
      return [value];
    case 1:
      return { [hostileName(random)]: value };
    case 2:
      return null;
    case 3:
      return typeof value === "object" ? hostileValue(random) : String(value);
    case 4:
      if (typeof value === "number") return changedNumber(value, random);
      if (typeof value === "string") return mutateText(value, random);
      return typeof value === "boolean" ? Number(value) : hostileValue(random);
    default:
      return hostileValue(random);
  }
}

function changedNumber(value: number, random: Random): number {
  return random.pick([value + 1, value - 1, -value, value * 2, value / 2, value + 0.5, value * 1e6, value + 2 ** 32]);
}

/** A copy of a value with one to four changes. */
export function mutateJson(value: Json, random: Random): Json {
  const root = { value: clone(value) };
  for (let count = 1 + random.below(4); count > 0; count--) changeOnce(root, random);
  return root.value;
}

const impossibleNumbers = ["1e999", "-1e999", "123456789012345678901234567890", "NaN", "Infinity", "01", "0x10"];

/** Names that are written twice, numbers that no JavaScript number holds, and text that is nearly JSON. */
export function mutateJsonText(text: string, random: Random): string {
  switch (random.below(6)) {
    case 0: {
      const name = /"([^"\\]{1,40})":/.exec(text.slice(random.below(text.length)))?.[1] ?? "a";
      const end = Math.max(0, text.lastIndexOf("}"));
      return `${text.slice(0, end)},"${name}":${random.pick(["1", "null", '"x"', "[]"])}${text.slice(end)}`;
    }
    case 1: {
      const start = random.below(text.length);
      return text.slice(0, start) + text.slice(start).replace(/\d+/, random.pick(impossibleNumbers));
    }
    case 2:
      return random.pick(["\ufeff", "//c\n", " ", "\n\n", "'"]) + text;
    case 3:
      return text.slice(0, random.below(text.length));
    default:
      return mutateText(text, random);
  }
}
