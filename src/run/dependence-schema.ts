/** @file What a run may hold of whether an answer token depends on the picture at all: what the model says without it. */
import { z } from "zod";
import { fill, findingLimits, index, measured, probability, score, seed } from "./findings-fields.ts";
import { dependenceCodes, wholePictureFills } from "./measure-choices.ts";

/** Whether an answer token depends on the pictures of the question. */
export const dependenceRequest = z.strictObject({ kind: z.literal("dependence"), token: index, score, seed });

/** The most probable token in the place of the answer token. */
const said = z.object({ id: z.int().min(0), text: z.string().max(findingLimits.textLength), probability });

export const dependenceResult = z.object({
  request: dependenceRequest,
  verdict: z.enum(dependenceCodes),
  /** The token with its pictures, and what is most probable in its place. */
  original: measured.extend({ said }),
  /** The same with every picture taken away, in the order in which it was asked; the last one decided. */
  without: z
    .array(z.object({ intervention: fill, ...measured.shape, said }))
    .min(1)
    .max(wholePictureFills.length),
});
