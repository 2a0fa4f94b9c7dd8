/** @file Schemas of what is asked of a model, and of the jobs that do it. */
import { z } from "@hono/zod-openapi";
import { measureRequestSchema } from "../../run/findings-schema.ts";
import { pathSteps, questionLimits, recordings, samplingRanges } from "../../run/question-limits.ts";
import { questionSchemas } from "../../run/question-schema.ts";
import type { AskedSampling, EditStep, RunMessage } from "../../run/types.ts";
import { variants, type Method, type Variant } from "../../run/map-catalogue.ts";
import { methods } from "../../run/maps.ts";
import type { AskRequest, ComputeRequest, Forecast, JobEvent, JobSummary } from "../api.ts";
import { bytes } from "./common.ts";
import { schemaOf } from "./contract.ts";
import { fit, modelId } from "./models.ts";

const record = z.enum(recordings);
const { message, editStep, sampling } = questionSchemas({
  limits: questionLimits,
  ranges: samplingRanges,
  unknownFields: "refused",
});
const messages = z.array(schemaOf<RunMessage>()(message.openapi("Message"))).min(1);
const steps = z.array(schemaOf<EditStep>()(editStep.openapi("EditStep")));

const pictureId = z.string().min(1).max(200);
const askPicture = z.strictObject({
  original: pictureId.openapi({ description: "Id of a stored picture" }),
  edited: z.strictObject({ picture: pictureId, steps: steps.max(questionLimits.steps) }).optional(),
});

export const askSchema = schemaOf<AskRequest>()(
  z
    .strictObject({
      model: modelId,
      messages: messages
        .max(questionLimits.messages)
        .openapi({ description: "The last one from the user; `image` parts take the pictures in order" }),
      pictures: z.array(askPicture).max(questionLimits.pictures),
      fit,
      sampling: schemaOf<AskedSampling>()(sampling),
      record: record.optional().openapi({ description: "`full` keeps every row of attention" }),
    })
    .openapi("AskRequest"),
);

const target = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("logit") }),
  z.strictObject({ kind: z.literal("logprob") }),
  z.strictObject({
    kind: z.literal("contrast"),
    other: z.string().max(200).openapi({ description: "Text of the other token" }),
    otherId: z.number().int().min(0).optional().openapi({ description: "Its vocabulary entry, where that is known" }),
  }),
]);

export const computeSchema = schemaOf<ComputeRequest>()(
  z
    .strictObject({
      methods: z.array(z.enum(methods as readonly [Method, ...Method[]])).max(20),
      variants: z
        .array(z.enum(variants as readonly [Variant, ...Variant[]]))
        .max(4)
        .optional(),
      record: record.optional(),
      target: target.optional().openapi({ description: "What relevancy explains; by default the token's logit" }),
      steps: z
        .int()
        .min(pathSteps.min)
        .max(pathSteps.max)
        .optional()
        .openapi({
          description: `Points of the path of integrated gradients; by default ${pathSteps.default}`,
        }),
      measure: measureRequestSchema
        .optional()
        .openapi({ description: "What to measure by asking the model again; `methods` is then empty" }),
    })
    .openapi("ComputeRequest"),
);

export const forecastSchema = schemaOf<Forecast>()(
  z
    .object({ seconds: z.number(), leastSeconds: z.number().optional(), bytes, availableBytes: bytes })
    .openapi("Forecast"),
);

const jobError = z
  .object({
    code: z.enum(["too-large", "bad-input", "failed"]),
    message: z.string(),
    memory: z.object({ neededBytes: bytes, availableBytes: bytes, largestPart: z.string() }).optional(),
  })
  .openapi("JobError");

export const jobSchema = schemaOf<JobSummary>()(
  z
    .object({
      id: z.string(),
      kind: z.enum(["ask", "compute", "load-model"]),
      state: z.enum(["queued", "running", "done", "failed", "cancelled"]),
      model: z.string(),
      queued: z.int().openapi({ description: "Jobs before it, while `queued`" }),
      run: z.string().optional(),
      question: z.string().optional(),
      error: jobError.optional(),
    })
    .openapi("JobSummary"),
);

const stage = z.enum([
  "download",
  "load",
  "prepare",
  "weights",
  "vision",
  "prefill",
  "decode",
  "trace",
  "lens",
  "gradient",
  "measure",
  "save",
]);

export const jobEventSchema = schemaOf<JobEvent>()(
  z
    .discriminatedUnion("type", [
      z.object({ type: z.literal("queued"), before: z.int() }),
      z.object({ type: z.literal("started"), plan: z.array(stage) }),
      z.object({
        type: z.literal("stage"),
        stage,
        done: z.number(),
        total: z.number(),
        elapsedMs: z.number(),
        remainingMs: z.number().optional(),
      }),
      z.object({ type: z.literal("token"), text: z.string(), probability: z.number() }),
      z.object({ type: z.literal("done"), run: z.string().optional() }),
      z.object({ type: z.literal("failed"), error: jobError }),
      z.object({ type: z.literal("cancelled"), tokens: z.int(), maxTokens: z.int(), canKeep: z.boolean() }),
    ])
    .openapi("JobEvent"),
);
