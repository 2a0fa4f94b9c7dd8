/** @file What the JSON of a run may hold, field by field, with limits: a run file comes from anywhere. */
import { z } from "zod";
import { fitModes } from "../image/types.ts";
import { decisiveReasonCodes } from "./decisive-reasons.ts";
import { findingLimits } from "./findings-fields.ts";
import { causesSchema, measureResultSchema } from "./findings-schema.ts";
import { recordings, type QuestionLimits } from "./question-limits.ts";
import { questionSchemas } from "./question-schema.ts";
import { runFormat, type EditStep, type RunDescription } from "./types.ts";

/** Limits that no real run comes near; beyond them a file is damaged or hostile. */
export const runLimits = {
  tokens: 1_000_000,
  images: 1000,
  gridsPerImage: 1000,
  messages: 10_000,
  /** Characters of a name, a path-free file name or a version. */
  nameLength: 1000,
  /** Characters of one token's text. */
  tokenLength: 10_000,
  /** Characters of a prompt, a message or an answer. */
  textLength: 16_000_000,
  alternatives: 1000,
  layers: 10_000,
  heads: 10_000,
  /** Side of a picture in pixels. */
  imageSide: 1_000_000,
  methods: 1000,
  warnings: 1000,
  /** Steps of a picture's edit, and coordinates of the strokes of a pen or an eraser. */
  editSteps: 10_000,
  editPoints: 200_000,
  /** Characters of the name that a user gives a run. */
  runNameLength: 200,
  /** Characters of the whole JSON. */
  jsonLength: 64_000_000,
  /** Nesting of objects and arrays. */
  jsonDepth: 32,
  /** Number of objects and arrays. */
  jsonContainers: 8_000_000,
} as const;

/** Limits on the question of a run, and on one that a file of messages asks. */
export const runQuestionLimits: QuestionLimits = {
  messages: runLimits.messages,
  parts: runLimits.messages,
  textLength: runLimits.textLength,
  pictures: runLimits.images,
  steps: runLimits.editSteps,
  points: runLimits.editPoints,
};

const name = z.string().max(runLimits.nameLength);
const tokenText = z.string().max(runLimits.tokenLength);
const tokenId = z.int().min(0).max(0x7fffffff);
const index = z.int().min(0);
const pixels = z.int().min(1).max(runLimits.imageSide);
// A sum of 32-bit numbers can pass 1 by a rounding error.
const probability = z.number().min(0).max(1.001);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 hexadecimal digits");

const token = z.object({
  id: tokenId,
  text: tokenText,
  role: z.enum(["bos", "system", "template", "question", "image", "answer", "special"]),
  turn: index.max(runLimits.messages),
  image: index.optional(),
  row: index.optional(),
  col: index.optional(),
});

const memoryToken = z.object({ image: index, row: index.optional(), col: index.optional() });

const gridSide = z.int().min(1).max(runLimits.tokens);

const box = z.object({
  left: z.number(),
  top: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
});

const gridSize = z.object({ rows: gridSide, cols: gridSide });

const grid = gridSize.extend({ box });

const view = z.object({
  width: pixels,
  height: pixels,
  box,
  tiles: gridSize,
  grids: z.array(index).max(runLimits.gridsPerImage),
});

const { text, message, editStep, sampling } = questionSchemas({
  limits: runQuestionLimits,
  ranges: {
    maxNewTokens: { min: 0 },
    minNewTokens: { min: 0 },
    temperature: { min: 0 },
    topP: { min: 0, max: 1 },
    topK: { min: 0 },
    seed: {},
  },
  unknownFields: "dropped",
});

/** The steps of a picture's edit, as a run file holds them. */
export const editSteps: z.ZodType<readonly EditStep[]> = z.array(editStep).max(runLimits.editSteps);

const image = z.object({
  name,
  mediaType: name,
  width: pixels,
  height: pixels,
  fit: z.enum(fitModes),
  inputWidth: pixels,
  inputHeight: pixels,
  grids: z.array(grid).max(runLimits.gridsPerImage),
  views: z.array(view).max(runLimits.gridsPerImage).optional(),
  edits: editSteps.optional(),
});

const model = z.object({
  name,
  architecture: name,
  sha256: z.object({ config: sha256, index: sha256 }),
  precision: z.enum(["f32", "f16"]),
  languageLayers: z.int().min(1).max(runLimits.layers),
  languageHeads: z.int().min(1).max(runLimits.heads),
  visionLayers: index.max(runLimits.layers),
  visionHeads: index.max(runLimits.heads),
  visionClassToken: z.boolean(),
});

const drawn = sampling.extend({
  topH: probability.optional(),
  minP: probability.optional(),
  typicalP: probability.optional(),
  epsilonCutoff: probability.optional(),
  etaCutoff: probability.optional(),
});

const answerToken = z.object({
  probability,
  logit: z.number(),
  alternatives: z.array(z.object({ id: tokenId, text: tokenText, probability })).max(runLimits.alternatives),
});

const decisive = z.object({ index, text: tokenText, reason: z.enum(decisiveReasonCodes) });

const methodName = z.string().min(1).max(100);

/** The description of a run of this format. Fields that it does not name are dropped, and the rest come in this order. */
export const descriptionSchema: z.ZodType<RunDescription> = z.object({
  format: z.literal(runFormat),
  name: z.string().max(runLimits.runNameLength).optional(),
  program: name,
  model,
  messages: z.array(message).max(runLimits.messages).nullable(),
  prompt: text,
  answerText: text,
  sampling: drawn,
  generation: z.record(name, z.unknown()).optional(),
  tokens: z.array(token).max(runLimits.tokens),
  memory: z.array(memoryToken).max(runLimits.tokens),
  images: z.array(image).max(runLimits.images),
  answer: z.object({ start: index, end: index }),
  answerTokens: z.array(answerToken).max(runLimits.tokens),
  decisive: decisive.optional(),
  stopped: z.boolean(),
  record: z.enum(recordings),
  rounded: z.literal(true).optional(),
  methods: z
    .record(methodName, z.record(name, z.unknown()))
    .refine(
      (methods) => Object.keys(methods).length <= runLimits.methods,
      `expected at most ${runLimits.methods} methods`,
    ),
  causes: z.array(causesSchema).max(findingLimits.graphs).optional(),
  measures: z.array(measureResultSchema).max(findingLimits.measures).optional(),
  warnings: z.array(name).max(runLimits.warnings).optional(),
  timings: z.record(name, z.number().min(0)),
  created: z.iso.datetime({ offset: true }),
});
