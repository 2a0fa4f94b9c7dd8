/** @file Schemas of models, pictures and what a model sees of them. */
import { z } from "@hono/zod-openapi";
import { fitModes, type FitMode } from "../../image/types.ts";
import type {
  Example,
  LoadModelRequest,
  ModelCheck,
  ModelCheckRequest,
  ModelInput,
  ModelList,
  ServerStatus,
  StoredPicture,
} from "../api.ts";
import { bytes, indexText, pixels, precision, size } from "./common.ts";
import { schemaOf } from "./contract.ts";

export const modelId = z.string().min(1).max(4096).openapi({ description: 'A hub id, a path, "demo" or "demo-twin"' });
export const fit = z.enum(fitModes as readonly [FitMode, ...FitMode[]]);

export const statusSchema = schemaOf<ServerStatus>()(
  z
    .object({
      version: z.string(),
      instance: z.string().openapi({ description: "Another value after each start" }),
      device: z.string(),
      memory: z.object({ usedBytes: bytes, totalBytes: bytes }),
      limits: z.object({ pictureBytes: bytes, runBytes: bytes, pictureSampleBytes: bytes }),
    })
    .openapi("ServerStatus"),
);

const modelSummary = z.object({
  id: z.string(),
  name: z.string(),
  about: z.string().optional().openapi({ description: "What it is, if it comes with the program" }),
  state: z.enum(["ready", "loading", "available", "failed"]),
  details: z
    .object({
      architecture: z.string(),
      precision,
      layers: z.int(),
      heads: z.int(),
      grid: z
        .object({ rows: z.int(), cols: z.int() })
        .optional()
        .openapi({ description: "Of every picture; left out if it depends on the picture" }),
      input: size.optional(),
      weightBytes: bytes,
      warnings: z
        .array(z.string())
        .openapi({ description: "What the model's files disagree on and what of them is not used, one sentence each" }),
      fits: z.array(fit),
      sampling: z
        .object({
          temperature: z.number(),
          topP: z.number(),
          topK: z.int(),
          topH: z.number().optional(),
          minP: z.number().optional(),
          typicalP: z.number().optional(),
          epsilonCutoff: z.number().optional(),
          etaCutoff: z.number().optional(),
        })
        .nullable()
        .openapi({ description: "What the model's files ask for; null where it cannot be used" }),
    })
    .optional()
    .openapi({ description: "Known once the model was opened" }),
  job: z.string().optional().openapi({
    description: "The job that was started to load it, while `loading`; left out where a question loads it",
  }),
  error: z.string().optional().openapi({ description: "One sentence, where `failed`" }),
});

export const modelListSchema = schemaOf<ModelList>()(
  z
    .object({
      models: z.array(modelSummary.openapi("ModelSummary")),
      folders: z.array(z.string()).openapi({ description: "Folders whose checkpoints may be loaded" }),
    })
    .openapi("ModelList"),
);

export const loadModelSchema = schemaOf<LoadModelRequest>()(
  z.strictObject({ model: modelId, precision: z.enum(["f32", "f16", "auto"]).optional() }).openapi("LoadModelRequest"),
);

export const checkModelSchema = schemaOf<ModelCheckRequest>()(
  z.strictObject({ model: modelId }).openapi("ModelCheckRequest"),
);

export const modelCheckSchema = schemaOf<ModelCheck>()(
  z
    .object({
      model: z.string(),
      isHere: z.boolean().openapi({ description: "False if loading it downloads it first" }),
      runs: z.boolean(),
      problem: z.string().nullable().openapi({ description: "What keeps it from running, in one sentence" }),
      architecture: z.string().nullable(),
      parameters: z.int().nullable(),
      weightBytes: bytes.nullable(),
      availableBytes: bytes.nullable().openapi({ description: "Memory that is free on this computer" }),
      needs: z
        .array(
          z
            .object({ precision, memoryBytes: bytes, seconds: z.number().nullable() })
            .openapi("ModelNeed", { description: "Cost of an answer with its explanation" }),
        )
        .openapi({ description: "By precision; empty if it cannot be forecast" }),
      answerTokens: z.int().nullable().openapi({ description: "Tokens of the answer that is forecast" }),
      warnings: z.array(z.string()),
    })
    .openapi("ModelCheck"),
);

export const exampleListSchema = schemaOf<readonly Example[]>()(
  z.array(
    z
      .object({ id: z.string(), question: z.string(), model: z.string(), width: pixels, height: pixels })
      .openapi("Example"),
  ),
);

export const storedPictureSchema = schemaOf<StoredPicture>()(
  z
    .object({
      ...{ id: z.string(), name: z.string(), mediaType: z.string(), width: pixels, height: pixels },
      loss: z.object({ text: z.string(), low: z.number(), high: z.number() }).optional(),
    })
    .openapi("StoredPicture"),
);

export const modelInputQuery = z.object({
  model: modelId,
  picture: z.string().min(1).max(200).openapi({ description: "Id of a stored picture" }),
  fit,
  pictures: indexText.optional().openapi({ description: "How many pictures the question has; 1 if it is left out" }),
});

export const modelInputPictureQuery = modelInputQuery.extend({
  view: indexText.optional().openapi({ description: "Which of the views; that of most pixels if it is left out" }),
});

const gridSize = z.object({ rows: z.int(), cols: z.int() });
const box = z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() });

export const modelInputSchema = schemaOf<ModelInput>()(
  z
    .object({
      fit,
      fits: z.array(fit).openapi({ description: "The fits that the model allows" }),
      original: size,
      input: size,
      grids: z
        .array(z.object({ rows: z.int(), cols: z.int(), box }).openapi("GridPlacement"))
        .openapi({ description: "The grids on the original picture, in its pixels" }),
      views: z
        .array(
          z.object({ width: pixels, height: pixels, box, tiles: gridSize, grids: z.array(z.int()) }).openapi("View"),
        )
        .openapi({ description: "What the inputs of the tower are cut from, in the order of the inputs" }),
      windows: z
        .array(z.object({ grid: z.int(), row: z.int(), col: z.int(), rows: z.int(), cols: z.int() }))
        .openapi({ description: "Windows that layers of the tower attend within, in cells of the grids" }),
      towerPatches: gridSize.nullable().openapi({ description: "Patches that the tower reads of each input" }),
      steps: z.array(z.string()),
      patches: z.int(),
      paddingPatches: z.int().openapi({ description: "Patches that see only padding" }),
    })
    .openapi("ModelInput"),
);
