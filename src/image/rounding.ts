/** @file Python's rounding, which sizes of pictures are computed with. */

/** As Python's `round`: halves go to the even neighbor. */
export function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
