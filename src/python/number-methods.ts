/** @file The attributes of Python's numbers. */
import { notSupported } from "./errors.ts";
import { Callable, type Value } from "./values.ts";
import { bindPositional } from "./arguments.ts";

const leftOut = ["as_integer_ratio", "bit_count", "from_bytes", "fromhex", "hex", "to_bytes"];

/** An attribute of a number, or undefined if its type has none of this name. */
export function numberAttribute(number: bigint | number, name: string): Value | undefined {
  const method = (compute: () => Value): Callable =>
    new Callable(name, (_, given) => {
      bindPositional(name, [], given);
      return compute();
    });
  if (leftOut.includes(name)) throw notSupported(`${name} of a number`);
  switch (name) {
    case "real":
      return number;
    case "imag":
      return typeof number === "bigint" ? 0n : 0;
    case "conjugate":
      return method(() => number);
  }
  if (typeof number === "number") return name === "is_integer" ? method(() => Number.isInteger(number)) : undefined;
  switch (name) {
    case "numerator":
      return number;
    case "denominator":
      return 1n;
    case "bit_length":
      return method(() => BigInt(number === 0n ? 0 : (number < 0n ? -number : number).toString(2).length));
    case "is_integer":
      // Python 3.12 gave it to whole numbers.
      throw notSupported("is_integer of a whole number");
  }
  return undefined;
}
