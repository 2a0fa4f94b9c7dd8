/**
 * @file The schemas of a question: messages, steps of edits, sampling. Requests, files of messages and run files read them, each within
 * its own limits.
 */
import { z } from "zod";
import {
  editTools,
  messageRoles,
  type NumberRange,
  type QuestionLimits,
  type samplingRanges,
} from "./question-limits.ts";

interface QuestionForm {
  readonly limits: QuestionLimits;
  readonly ranges: Readonly<Record<keyof typeof samplingRanges, NumberRange>>;
  /** Fields that the schema does not name: refused in requests, dropped from files. */
  readonly unknownFields: "refused" | "dropped";
}

function within<N extends z.ZodNumber>(number: N, { min, max }: NumberRange): N {
  const least = min === undefined ? number : number.min(min);
  return max === undefined ? least : least.max(max);
}

/** The schemas of messages, edit steps and sampling within these limits. */
// The type is that of the schemas themselves, which name every field.
// eslint-disable-next-line @typescript-eslint/explicit-module-boundary-types
export function questionSchemas({ limits, ranges, unknownFields }: QuestionForm) {
  const object = <S extends z.ZodRawShape>(shape: S) =>
    (unknownFields === "refused" ? z.strictObject(shape) : z.object(shape)) as z.ZodObject<S>;
  const { coordinate: distance } = limits;
  const coordinate = within(z.number(), distance === undefined ? {} : { min: -distance, max: distance });
  const length = within(z.number(), { min: 0, max: distance });
  const text = z.string().max(limits.textLength);
  const content = z
    .array(
      z.discriminatedUnion("type", [object({ type: z.literal("text"), text }), object({ type: z.literal("image") })]),
    )
    .max(limits.parts);
  return {
    text,
    content,
    message: object({ role: z.enum(messageRoles), content }),
    editStep: object({
      tool: z.enum(editTools),
      box: object({ left: coordinate, top: coordinate, width: length, height: length }).optional(),
      points: z.array(coordinate).max(limits.points).optional(),
      size: length.optional(),
      color: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i, 'expected a color such as "#808080"')
        .optional(),
      range: object({ low: z.number(), high: z.number() }).optional(),
    }),
    sampling: object({
      maxNewTokens: within(z.int(), ranges.maxNewTokens),
      minNewTokens: within(z.int(), ranges.minNewTokens),
      temperature: within(z.number(), ranges.temperature).meta({ description: "0 is greedy" }),
      topP: within(z.number(), ranges.topP),
      topK: within(z.int(), ranges.topK).meta({ description: "0 is off" }),
      seed: within(z.int(), ranges.seed),
      source: z.literal("checkpoint").optional().meta({
        description: "Takes temperature and filters from the model's files, whatever the others say",
      }),
    }),
  };
}
