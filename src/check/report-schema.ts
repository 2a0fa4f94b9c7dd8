/** @file What a check says of a checkpoint, as plain data: `models check --json` prints it, docs/check.schema.json describes it. */
import { z } from "zod";

const count = z.int().min(0);
const bytes = count.describe("bytes");
const seconds = z.number().min(0);

const group = z.object({
  pattern: z.string().describe("name of the tensors, with N in the place of each number"),
  count,
  example: z.string(),
});

const box = z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() });

const picture = z.object({
  name: z.string().nullable().describe("null for a size alone"),
  width: count,
  height: count,
  imageTokens: count.describe("image tokens that the picture becomes"),
  promptTokens: count.describe("how many of them the prompt has; fewer if they stand in memory behind the sequence"),
  towerInputs: z.array(z.object({ dims: z.array(count), tokens: count })).describe("what the vision tower is given"),
  grids: z
    .array(z.object({ rows: count, cols: count, box: box.describe("pixels of the original picture") }))
    .describe("how the image tokens lie on the picture"),
});

const sizes = z.object({ width: count, layers: count, heads: count, intermediate: count });

const memory = z
  .object({ weights: bytes, cache: bytes, activations: bytes, recorded: bytes, total: bytes })
  .describe("bytes; total has a tenth more");

const time = z
  .object({
    vision: seconds,
    prefill: seconds,
    decode: seconds,
    trace: seconds,
    lens: seconds,
    gradient: seconds,
    total: seconds,
  })
  .describe("seconds by stage");

export const checkReportSchema = z.object({
  model: z.string().describe("folder or hub id, as it was asked for"),
  source: z.object({
    kind: z.enum(["folder", "hub"]),
    place: z.string().describe("path of the folder, or address of the hub"),
    commit: z.string().nullable(),
    receivedBytes: bytes.nullable().describe("bytes that were fetched from the hub"),
  }),
  runs: z.boolean().describe("whether nothing was found that keeps the model from running"),
  problem: z.string().nullable().describe("what keeps it from running, in one sentence"),
  notChecked: z.array(z.object({ part: z.string(), reason: z.string() })),
  warnings: z.array(z.string()),
  architecture: z
    .object({
      name: z.string(),
      vision: sizes,
      language: sizes.extend({ keyValueHeads: count, headWidth: count, vocabulary: count, maxPositions: count }),
    })
    .nullable(),
  parameters: z
    .object({
      total: count,
      vision: count,
      projector: count,
      language: count,
      head: count.describe("0 if the output head shares the embeddings"),
    })
    .nullable()
    .describe("numbers that the model reads, by part"),
  weights: z
    .object({
      from: z.enum(["headers", "index", "nothing"]).describe("what was read: headers of all files, or the index alone"),
      files: count,
      missingFiles: z.array(z.string()),
      types: z.array(z.object({ type: z.string(), tensors: count, bytes })),
      bytes: bytes.nullable().describe("of all tensors; null without headers"),
      read: count.describe("tensors that the model reads"),
      missing: z.array(group).describe("tensors that the model needs and the files lack"),
      otherShape: z.array(group.extend({ stored: z.array(count), asked: z.array(count) })),
      unused: z.array(group).describe("tensors that the model does not read"),
      leftOut: count.describe("tensors of the architecture that are never read, such as buffers"),
    })
    .nullable(),
  processor: z.object({ type: z.string(), kind: z.string() }).nullable(),
  pictures: z.array(picture).nullable(),
  prompt: z
    .object({
      text: z.string().describe("as the template renders it, before image tokens are expanded"),
      hasTemplate: z.boolean().describe("false if a raw prompt of pictures and question stands for it"),
      tokens: count,
      imageTokens: count,
      ids: z
        .array(z.object({ id: count, text: z.string(), count: count.describe("how often it comes in a row") }))
        .describe("ids in order"),
    })
    .nullable(),
  stopTokenIds: z.array(count).nullable(),
  forecast: z
    .object({
      promptTokens: count,
      answerTokens: count,
      availableBytes: bytes.nullable(),
      speed: z
        .object({
          multiplicationsPerSecond: z.number().describe("of a matrix with many rows, f32"),
          bytesPerSecond: z.number().describe("read of a matrix that meets one row, f32"),
        })
        .nullable()
        .describe("measured on this machine; null if it was not"),
      works: z.array(
        z.object({
          precision: z.enum(["f32", "f16"]).describe("as --precision"),
          held: z.string().describe("type in which the weights are held"),
          work: z
            .enum(["ask", "explain", "relevancy"])
            .describe("relevancy: explain with exact relevancy of one answer token"),
          memory,
          seconds: time.nullable(),
        }),
      ),
      widenedCopyBytes: bytes.describe("disk space of the widened copy that f32 makes once; 0 if weights are f32"),
    })
    .nullable(),
});

/** What a check found. Parts that could not be checked are null, and named in `notChecked`. */
export type CheckReport = z.output<typeof checkReportSchema>;

export type TensorGroup = z.output<typeof group>;
export type CheckedPicture = z.output<typeof picture>;
export type WorkForecast = NonNullable<CheckReport["forecast"]>["works"][number];
