/** @file What the pre-tokenizer Metaspace and the decoder of that name have in common. */
import { z } from "zod";
import { isOneCharacter } from "./characters.ts";
import type { PartContext } from "./parts.ts";

/** Which texts get a mark before them: each one, the first one, or none. */
const schemes = ["always", "first", "never"] as const;

export type PrependScheme = (typeof schemes)[number];

/** Fields that both have. Older files say `add_prefix_space` instead of a scheme. */
export const metaspaceFields = {
  replacement: z.string().refine(isOneCharacter, "it must be one character"),
  prepend_scheme: z.enum(schemes).nullish(),
  add_prefix_space: z.boolean().nullish(),
};

/** The scheme of a part. Throws an Error if its two fields contradict each other. */
export function metaspaceScheme(
  fields: {
    readonly prepend_scheme?: PrependScheme | null | undefined;
    readonly add_prefix_space?: boolean | null | undefined;
  },
  { file, path }: PartContext,
): PrependScheme {
  const { prepend_scheme, add_prefix_space } = fields;
  if (add_prefix_space !== false) return prepend_scheme ?? "always";
  if (prepend_scheme != null && prepend_scheme !== "never") {
    throw new Error(
      `${file}, "${path}": "add_prefix_space" is false and "prepend_scheme" is "${prepend_scheme}", which contradict each other.`,
    );
  }
  return "never";
}
