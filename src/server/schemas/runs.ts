/** @file Schemas of saved runs and of what is read of them. */
import { z } from "@hono/zod-openapi";
import { descriptionSchema } from "../../run/schema.ts";
import { exportFormats } from "../../export/formats.ts";
import { gridChoices } from "../../run/grids.ts";
import { mapParts, variants, type MapPart, type MethodName, type Variant } from "../../run/map-catalogue.ts";
import { methodNames } from "../../run/maps.ts";
import type { RunDocument, RunSummary } from "../api.ts";
import { booleanText, bytes, idParams, indexText, indicesText, name } from "./common.ts";
import { schemaOf } from "./contract.ts";

const summary = z
  .object({
    id: z.string(),
    name: z.string().openapi({ description: 'What the user called it, else ""' }),
    question: z.string(),
    answer: z.string(),
    turns: z.int(),
    pictures: z.int(),
    edits: z.int().openapi({ description: "How many steps its pictures were edited by" }),
    probability: z.number().openapi({ description: "Geometric mean of the answer tokens' probabilities" }),
    grounding: z
      .number()
      .optional()
      .openapi({ description: "Mean grounding score of the answer's words, 0 to 1, once it was measured" }),
    model: z.string(),
    created: z.string(),
    durationMs: z.number(),
    fileBytes: bytes,
  })
  .openapi("RunSummary");

export const runSummarySchema = schemaOf<RunSummary>()(summary);
export const runListSchema = schemaOf<readonly RunSummary[]>()(z.array(summary));

const tensor = z.object({ name: z.string(), dims: z.array(z.int()), type: z.enum(["f32", "i32", "u8"]) });

export const runDocumentSchema = schemaOf<RunDocument>()(
  z
    .object({
      summary,
      // A schema that was made before this library was loaded has no openapi(); its copy has.
      description: descriptionSchema.clone().openapi("RunDescription"),
      tensors: z.array(tensor),
      sinks: z
        .array(z.object({ position: z.int(), token: z.int() }))
        .nullable()
        .openapi({ description: "Attention sinks; null where the run does not hold what they are found by" }),
      fileName: z.string(),
      model: z.string().optional().openapi({ description: "Id of the model that can ask again" }),
    })
    .openapi("RunDocument"),
);

export const renameSchema = z.strictObject({ name }).openapi("RenameRequest");

export const tensorParams = idParams.extend({
  name: z
    .string()
    .min(1)
    .max(1000)
    .openapi({ param: { name: "name", in: "path" }, example: "language.attention.0" }),
});

export const tensorQuery = z
  .object({
    start: indexText.optional(),
    end: indexText.optional(),
    within: indicesText("Indices on the leading axes; start and end then cut the axis after them").optional(),
  })
  .refine(
    ({ start, end, within }) =>
      (start === undefined) === (end === undefined) && (within === undefined || end !== undefined),
    "expected start and end together, or neither of start, end and within",
  );

const axis = z.union([z.enum(["all", "mean"]), indicesText('"all", "mean" over all, or indices')]).openapi({
  type: "string",
  description: "`all`, `mean` (over all of them; the axis is then 1) or indices such as 0,3",
});

export const attentionQuery = z.object({
  layers: axis,
  heads: axis,
  positions: indicesText("Query positions"),
  combine: z.literal("mean").optional().openapi({ description: "Averages over the positions; the axis is then 1" }),
});

export const pictureParams = idParams.extend({
  picture: indexText.openapi({ param: { name: "picture", in: "path" } }),
});

export const exportQuery = z.object({
  format: z.enum(exportFormats),
  method: z.enum(methodNames as readonly [MethodName, ...MethodName[]]).optional(),
  tokens: z.string().max(200).optional().openapi({ description: "Index of an answer token from 0, or a word" }),
  layer: indexText.optional(),
  head: z
    .union([z.literal("mean"), indexText])
    .optional()
    .openapi({ type: "string" }),
  variant: z.enum(variants as readonly [Variant, ...Variant[]]).optional(),
  map: z.enum(mapParts as readonly [MapPart, ...MapPart[]]).optional(),
  hideSinks: booleanText.optional(),
  grids: z
    .enum(gridChoices)
    .optional()
    .openapi({ description: "What is drawn if several grids see one place of a picture" }),
});
