/** @file Schemas that several routes share: ids, lists in queries, problems. */
import { z } from "@hono/zod-openapi";
import type { JobStarted, ProblemBody } from "../api.ts";
import { requestLimits } from "../limits.ts";
import { problemStatus, type ProblemCode } from "../problem.ts";
import { schemaOf } from "./contract.ts";

export const name = z.string().max(requestLimits.nameLength);
export const bytes = z.int().min(0);
export const pixels = z.int().min(1);
export const size = z.object({ width: pixels, height: pixels });
export const precision = z.enum(["f32", "f16"]);

/** The id of a run, a job, a picture or an example, as a part of the path. */
export const idParams = z.object({
  id: z
    .string()
    .min(1)
    .max(200)
    .openapi({ param: { name: "id", in: "path" } }),
});

/** A file's name, in the query of an upload. */
export const uploadQuery = z.object({
  name: name.min(1).openapi({ description: "Name of the file, without folders" }),
});

/** A whole number from 0 in a query. */
export const indexText = z
  .string()
  .regex(/^\d{1,9}$/, "expected a whole number from 0")
  .transform(Number)
  .openapi({ type: "integer", minimum: 0, pattern: undefined });

/** Yes or no in a query. */
export const booleanText = z.enum(["true", "false"]).transform((text) => text === "true");

/** How a picture is sent. */
export const pictureQuery = z.object({
  shown: booleanText.optional().openapi({
    description: "Whether to send a PNG of a picture that not every browser draws, such as a TIFF, for showing",
  }),
  stretch: z
    .string()
    .regex(/^-?\d{1,20}(?:\.\d{1,20})?,-?\d{1,20}(?:\.\d{1,20})?$/, "expected two numbers such as 0,4095")
    .transform((text) => {
      const [low, high] = text.split(",").map(Number) as [number, number];
      return { low, high };
    })
    .optional()
    .openapi({
      type: "string",
      description: "Of a picture of more than 8 bits: the samples that become black and white, in a PNG",
      example: "0,4095",
    }),
});

/** Whole numbers from 0 with commas between them, in a query. */
export function indicesText(description: string): z.ZodType<number[], string> {
  return z
    .string()
    .regex(/^\d{1,9}(,\d{1,9})*$/, 'expected whole numbers with commas between them, such as "0,3"')
    .transform((text) => text.split(",").map(Number))
    .openapi({ description, example: "0,3" });
}

export const jobStartedSchema = schemaOf<JobStarted>()(
  z.object({ job: z.string() }).openapi("JobStarted", { description: "The job that was started" }),
);

const problemSchema = schemaOf<ProblemBody>()(
  z
    .object({
      error: z.object({
        code: z.string().openapi({ description: `Stable: ${Object.keys(problemStatus).join(", ")}` }),
        message: z.string().openapi({ description: "One sentence that says what, where and what to do" }),
      }),
    })
    .openapi("Problem"),
);

/** What each code of a problem means. */
const meanings: Readonly<Record<ProblemCode, string>> = {
  "bad-request": "The request is wrong",
  unauthorized: "The server asks for its token",
  forbidden: "The request comes from elsewhere than this server's page, or calls the server by a foreign name",
  "not-found": "There is nothing of this id",
  "not-recorded": "The run does not hold this; it can be computed",
  conflict: "Not possible in the present state",
  "too-large": "Larger than the limits",
  failed: "The server could not do it",
  unavailable: "The disk does not do what is needed now",
};

interface ProblemAnswer {
  readonly description: string;
  readonly content: JsonContent<typeof problemSchema>;
}

function answersOf(codes: readonly ProblemCode[]): Record<number, ProblemAnswer> {
  const statuses = new Set(codes.map((code) => problemStatus[code]));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const own = codes.filter((code) => problemStatus[code] === status);
      const description = own.map((code) => `${meanings[code]} (\`${code}\`)`).join(". ");
      return [status, { description, content: { "application/json": { schema: problemSchema } } }];
    }),
  );
}

/** The problems that any route can answer with, and those of its own. */
export function problems<C extends ProblemCode = never>(
  ...codes: readonly C[]
): Record<
  (typeof problemStatus)[C | "bad-request" | "unauthorized" | "forbidden" | "failed" | "unavailable"],
  ProblemAnswer
> {
  return answersOf(["bad-request", "unauthorized", "forbidden", ...codes, "failed", "unavailable"]);
}

// An alias, since an interface does not fit the index signature that content is typed with.
type JsonContent<S> = { readonly "application/json": { readonly schema: S } };

/** A JSON answer. */
export function json<S extends z.ZodType>(
  schema: S,
  description: string,
): { readonly description: string; readonly content: JsonContent<S> } {
  return { description, content: { "application/json": { schema } } };
}

/** A JSON body. */
export function jsonBody<S extends z.ZodType>(
  schema: S,
): { readonly required: true; readonly content: JsonContent<S> } {
  return { required: true, content: { "application/json": { schema } } };
}

/** Bytes, as answers and bodies describe them. */
export const binary = z.any().openapi({ type: "string", format: "binary" });

/** The answer of routes that give a picture. */
export const pictureBytes = {
  description: "The bytes of the picture",
  content: { "image/*": { schema: binary } },
} as const;
