/** @file What is said of the ways to take patches away. */
import type { Fill } from "../../../src/run/measure-choices.ts";

export const fillNames: { readonly [F in Fill]: string } = {
  mean: "patches filled with the mean color",
  blur: "patches blurred",
  noise: "patches filled with noise",
  others: "patches of other pictures in their place",
  "knock-out": "attention to the patches knocked out",
};
