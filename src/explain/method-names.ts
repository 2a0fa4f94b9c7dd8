/** @file The names of what can be recorded and shown, without the engine that computes it. */

/** Methods that one forward trace answers, whatever the length of the answer. */
export const traceMethods = ["attention", "rollout", "lens"] as const;
/** Found in the attention of a layer, after it was recorded; on demand only. */
export const causalMethod = "causal";

/** The methods that go back through the model. */
export const gradientMethods = ["relevancy", "gradient-rollout", "grad-cam", "lrp"] as const;

export type GradientMethod = (typeof gradientMethods)[number];
export type Method = (typeof traceMethods)[number] | GradientMethod;
export const methods: readonly Method[] = [...traceMethods, ...gradientMethods];

export function isGradientMethod(method: Method): method is GradientMethod {
  return gradientMethods.some((other) => other === method);
}

/** Of relevancy: each token's own gradient in every row, or the published tool's numbers. */
export type Variant = "exact" | "reference";
export const variants: readonly Variant[] = ["exact", "reference"];

/** Which part of the model a map belongs to; `combined2` is the published tool's second way to combine them. */
export type MapPart = "language" | "vision" | "combined" | "combined2";
export const mapParts: readonly MapPart[] = ["language", "vision", "combined", "combined2"];
