/** @file Post-processors of tokenizer.json: they put special tokens around the ids of a text. */
import { z } from "zod";
import { tokenId } from "./token-id.ts";
import { partKind, type PartKind, type PartTable } from "./parts.ts";

/** The ids of a text with special tokens around them. */
export type PostProcess = (ids: readonly number[]) => readonly number[];

const tokenWithId = z.tuple([z.string(), tokenId]);
const sequence = z.object({
  Sequence: z.object({ id: z.literal("A", "a template for one text may hold only the text A") }),
});
const specialToken = z.object({ SpecialToken: z.object({ id: z.string() }) });

/** Templates in use have some 5 pieces. */
const template = z.array(z.union([sequence, specialToken])).max(1_000);

const unchanged: PostProcess = (ids) => ids;

const around = partKind<{ cls: typeof tokenWithId; sep: typeof tokenWithId }, PostProcess>(
  { cls: tokenWithId, sep: tokenWithId },
  ({ cls, sep }) =>
    (ids) => [cls[1], ...ids, sep[1]],
);

export const postProcessors: PartTable<PostProcess> = {
  list: "processors",
  join(parts, { file, path }) {
    const adding = parts.filter((part) => part !== unchanged);
    // The library hands the next one a list of texts, and what it makes of them is no sensible prompt.
    if (adding.length > 1)
      throw new Error(`${file}, "${path}": only one part of a Sequence may add tokens, got ${adding.length}.`);
    return adding[0] ?? unchanged;
  },
  kinds: new Map<string, PartKind<PostProcess>>([
    ["ByteLevel", partKind({}, () => unchanged)],
    ["BertProcessing", around],
    ["RobertaProcessing", around],
    [
      "TemplateProcessing",
      partKind(
        { single: template, special_tokens: z.record(z.string(), z.object({ ids: z.array(tokenId).max(1_000) })) },
        ({ single, special_tokens }, { file, path }) => {
          const idsOf = new Map(Object.entries(special_tokens));
          if (single.filter((piece) => "Sequence" in piece).length !== 1) {
            throw new Error(`${file}, "${path}": "single" must hold the text A once.`);
          }
          const pieces = single.map((piece) => {
            if ("Sequence" in piece) return "text" as const;
            const { id } = piece.SpecialToken;
            const found = idsOf.get(id);
            if (found === undefined) {
              throw new Error(
                `${file}, "${path}": "special_tokens" has no entry for ${JSON.stringify(id.slice(0, 100))}.`,
              );
            }
            return found.ids;
          });
          return (ids) => pieces.flatMap((piece) => (piece === "text" ? ids : piece));
        },
      ),
    ],
  ]),
};
