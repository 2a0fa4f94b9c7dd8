/** @file The two ways of computing an explanation, as they are offered. */

/** As the method is defined, or as the published tool computed it. */
export const variantOptions = [
  { value: "exact", label: "Exact" },
  { value: "reference", label: "Reference" },
] as const;
