/** @file Text against image: how much of a token's relevancy lies on the pictures, and which words and which patch it is. */
import type { FloatTensor } from "../tensor/tensor.ts";
import { imagePart } from "./relevancy.ts";
import { wordsAt, type SequenceToken } from "./token-words.ts";
import { wordRow, type OwnedRow } from "./word-relevancy.ts";

/** The place of an image token in its picture. */
interface PicturePlace {
  readonly image?: number;
  readonly row?: number;
  readonly col?: number;
}

/** A token of the run, as far as this method reads it. */
export interface EvidenceToken extends SequenceToken, PicturePlace {}

/** What rows of relevancy have a value for: the tokens, then the image tokens that only cross-attention reads. */
interface KeyTokens {
  readonly tokens: readonly EvidenceToken[];
  readonly memory: readonly PicturePlace[];
}

/** A word of the question or of the answer so far; its relevancy is the sum over its tokens. */
interface TextEvidence {
  readonly text: string;
  readonly positions: readonly number[];
  readonly role: "question" | "answer";
  readonly relevancy: number;
}

export interface PatchEvidence {
  /** Place on the key axis. */
  readonly position: number;
  /** Picture, and the cell of its grid; a token between tiles has no cell. */
  readonly image: number;
  readonly row: number | null;
  readonly col: number | null;
  readonly relevancy: number;
}

/** What one answer token, or several together, rest on by exact relevancy of the language model. */
export interface Evidence {
  /** Relevancy summed over the image tokens, and over question and earlier answer. */
  readonly onImage: number;
  readonly onText: number;
  /** onImage / (onImage + onText); null if both are zero. */
  readonly imagePart: number | null;
  /** The most relevant patch; null without a picture. */
  readonly patch: PatchEvidence | null;
  /** Every word before the answer token, most relevant first. */
  readonly words: readonly TextEvidence[];
}

function sumAt(row: Float32Array, positions: readonly number[]): number {
  return positions.reduce((sum, position) => sum + row[position]!, 0);
}

/**
 * Weighs text against image for answer tokens that are explained together, from rows of exact relevancy [answer tokens, keys]. BOS, system
 * prompt, template and special tokens are left out, and of each row the position that predicts its token.
 */
export function evidenceOf(rows: FloatTensor, group: readonly OwnedRow[], { tokens, memory }: KeyTokens): Evidence {
  const row = wordRow(rows, group);
  // The position after the last one that predicts is not read by any of these rows.
  const end = Math.max(...group.map(({ own }) => own)) + 1;
  const withRole = (role: string): number[] => {
    const positions: number[] = [];
    for (let position = 0; position < end; position++) if (tokens[position]?.role === role) positions.push(position);
    return positions;
  };
  const image = [...withRole("image"), ...memory.map((_, place) => tokens.length + place)];
  const question = withRole("question");
  const answer = withRole("answer");
  const words = (["question", "answer"] as const).flatMap((role) =>
    wordsAt(tokens, role === "question" ? question : answer).map((word) => ({
      ...word,
      role,
      relevancy: sumAt(row, word.positions),
    })),
  );
  const text = [...question, ...answer];
  const best = image.reduce<number | undefined>(
    (most, position) => (most === undefined || row[position]! > row[most]! ? position : most),
    undefined,
  );
  const place: PicturePlace = best === undefined ? {} : (tokens[best] ?? memory[best - tokens.length]!);
  return {
    onImage: sumAt(row, image),
    onText: sumAt(row, text),
    imagePart: imagePart(row, { image, text }) ?? null,
    patch:
      best === undefined
        ? null
        : {
            position: best,
            image: place.image ?? 0,
            row: place.row ?? null,
            col: place.col ?? null,
            relevancy: row[best]!,
          },
    words: words.sort((a, b) => b.relevancy - a.relevancy),
  };
}

/** From this image part on, an answer token is listed as one that leans on the image. */
export const leaningImagePart = 0.3;

/** The entries whose image part reaches `from`, largest first. */
export function leaningOnImage<T extends { readonly evidence: Pick<Evidence, "imagePart"> }>(
  entries: readonly T[],
  from: number = leaningImagePart,
): T[] {
  const part = ({ evidence }: T) => evidence.imagePart ?? -1;
  return entries.filter((entry) => part(entry) >= from).sort((a, b) => part(b) - part(a));
}
