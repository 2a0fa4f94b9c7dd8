/** @file Schemas of causal graphs and their stability: what is asked in the query, and what comes back. */
import { z } from "@hono/zod-openapi";
import { causesSchema } from "../../run/findings-schema.ts";
import type {
  CausalGraphFinding,
  CausalQuery,
  CausalStability,
  HeadImportance,
  StabilityOver,
  StabilityRequest,
} from "../api.ts";
import { indexText } from "./common.ts";
import { schemaOf } from "./contract.ts";

/** A number in a query, within limits. */
function numberText({ min, max }: { min: number; max: number }, description: string): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^\d{1,9}(\.\d{1,20})?(e-?\d{1,2})?$/i, "expected a number")
    .transform(Number)
    .refine((value) => value >= min && value <= max, `expected a number from ${min} to ${max}`)
    .openapi({ type: "number", minimum: min, maximum: max, description });
}

const query = {
  token: indexText.openapi({ description: "Index of the answer token" }),
  layer: indexText,
  head: indexText,
  variant: z.enum(["exact", "reference"]),
  alpha: numberText({ min: 1e-12, max: 0.5 }, "Two tokens count as independent where p is above it"),
  samples: numberText({ min: 8, max: 1_000_000 }, "Nominal sample count n").refine(
    Number.isInteger,
    "expected a whole number",
  ),
  signRule: z.enum(["two-sided", "legacy"]),
  threshold: numberText({ min: 0, max: 1 }, "Attention from which a token becomes a node"),
};
const overs: readonly [StabilityOver, ...StabilityOver[]] = ["settings", "threshold", "layer", "noise"];

export const causesQuery = z.object(query);
schemaOf<CausalQuery>()(causesQuery);
export const headsQuery = z.object({ token: query.token, layer: query.layer });
export const stabilityQuery = z.object({
  ...query,
  over: z.enum(overs).openapi({ description: "Which parameter is varied" }),
});
schemaOf<StabilityRequest>()(stabilityQuery);

export const causesAnswer: z.ZodType<CausalGraphFinding> = causesSchema.and(
  z.object({
    marks: z.array(z.int()).openapi({
      description: "[nodes, nodes]: the mark at the second node of each edge: 0 no edge, 1 circle, 2 arrowhead, 3 tail",
    }),
  }),
);

const perHead = z.array(z.number());
export const headsAnswer = schemaOf<HeadImportance>()(
  z.object({ token: z.int(), layer: z.int(), image: perHead, text: perHead }).openapi("HeadImportance"),
);

const causalQuery = z.object({
  token: z.int(),
  layer: z.int(),
  head: z.int(),
  variant: query.variant,
  alpha: z.number(),
  samples: z.int(),
  signRule: query.signRule,
  threshold: z.number(),
});
export const stabilityAnswer = schemaOf<CausalStability>()(
  z
    .object({
      query: causalQuery,
      over: z.enum(overs),
      count: z.int().openapi({ description: "How many graphs were learned" }),
      settings: z.array(z.string()),
      edges: z.array(z.object({ a: z.int(), b: z.int(), count: z.int() })),
      explaining: z.array(z.object({ position: z.int(), count: z.int() })),
    })
    .openapi("CausalStability"),
);
