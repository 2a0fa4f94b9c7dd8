/** @file When a set is said to do what everything does. */

/** Share of the whole fall that a set must reach. */
export const sufficientFall = 0.9;
