/** @file Text against image of a run: what each answer token and word rests on, by exact relevancy. */
import {
  evidenceOf,
  leaningImagePart,
  leaningOnImage,
  type Evidence,
  type PatchEvidence,
} from "../methods/text-against-image.ts";
import { explainedBy } from "../run/explained.ts";
import { ofGridText } from "../run/grids.ts";
import { exactRelevancyRows } from "../run/maps.ts";
import { imageTokens, predictingPosition } from "../run/positions.ts";
import type { Run, RunDescription } from "../run/types.ts";
import type { FloatTensor } from "../tensor/tensor.ts";
import { answerWords, singleToken, type TokenGroup } from "./answer-words.ts";

/** An answer token or word, and what it rests on. */
export interface ExplainedGroup extends TokenGroup {
  readonly evidence: Evidence;
}

export interface TextAgainstImage {
  /** Explained tokens of the answer; special ones are left out. */
  readonly tokens: readonly ExplainedGroup[];
  /** Words of which every token was explained. */
  readonly words: readonly ExplainedGroup[];
  /** The tokens that lean on the image, most first. */
  readonly leaning: readonly ExplainedGroup[];
}

function evidenceIn(rows: FloatTensor, description: RunDescription, tokens: readonly number[]): Evidence {
  const owned = tokens.map((token) => ({ token, own: predictingPosition(description, token) }));
  return evidenceOf(rows, owned, description);
}

/** What some answer tokens together rest on. The run must hold exact relevancy of them. */
export async function evidenceOfTokens(run: Run, tokens: readonly number[]): Promise<Evidence> {
  return evidenceIn((await run.tensor(exactRelevancyRows)) as FloatTensor, run.description, tokens);
}

type NamedPlaces = Pick<RunDescription, "tokens" | "memory" | "images">;

/** The image token at a place of the key axis: "patch in row 3, column 4", with its grid and its picture if there are several. */
export function patchText(description: NamedPlaces, place: number): string {
  const found = imageTokens(description).find(({ position }) => position === place)!;
  const { images } = description;
  const picture = images.length > 1 ? ` of picture ${found.image + 1}` : "";
  if (found.cell === undefined) return `image token without a place${picture}`;
  const { grid, row, col } = found.cell;
  return `patch in row ${row}, column ${col}${ofGridText(images[found.image]!, grid)}${picture}`;
}

/** Inputs that figures name. */
const namedInputs = 8;

/** The strongest inputs, words and the best patch, strongest first. */
export function strongestInputs(
  { patch, words }: Evidence,
  description: NamedPlaces,
): { label: string; relevancy: number; patch: PatchEvidence | null }[] {
  const texts = words.map(({ text, role, relevancy }) => ({
    label: `“${text}”${role === "answer" ? " (answer)" : ""}`,
    relevancy,
    patch: null,
  }));
  const best =
    patch === null ? [] : [{ label: patchText(description, patch.position), relevancy: patch.relevancy, patch }];
  return [...texts, ...best]
    .filter(({ relevancy }) => relevancy > 0)
    .sort((a, b) => b.relevancy - a.relevancy)
    .slice(0, namedInputs);
}

/** Null if the run holds no exact relevancy. */
export async function textAgainstImage(run: Run): Promise<TextAgainstImage | null> {
  if (!run.tensors.has(exactRelevancyRows)) return null;
  const { description } = run;
  const rows = (await run.tensor(exactRelevancyRows)) as FloatTensor;
  const explained = new Set(explainedBy(description, "relevancy").tokens);
  const isSaid = (token: number) => description.tokens[description.answer.start + token]!.role === "answer";
  const withEvidence = (group: TokenGroup): ExplainedGroup => ({
    ...group,
    evidence: evidenceIn(rows, description, group.tokens),
  });
  const tokens = [...explained].filter(isSaid).map((token) => withEvidence(singleToken(description, token)));
  const words = answerWords(description)
    .filter((word) => word.tokens.every((token) => explained.has(token) && isSaid(token)))
    .map(withEvidence);
  return { tokens, words, leaning: leaningOnImage(tokens) };
}

/** As JSON: every number, with words that are not relevant at all left out. */
export function evidenceDocument({ tokens, words, leaning }: TextAgainstImage): Readonly<Record<string, unknown>> {
  const grouped = ({ tokens: indices, text, evidence }: ExplainedGroup) => ({
    tokens: indices,
    text,
    ...evidence,
    words: evidence.words.filter(({ relevancy }) => relevancy !== 0),
  });
  return {
    tokens: tokens.map(grouped),
    words: words.map(grouped),
    leaningOnImage: { from: leaningImagePart, tokens: leaning.map(({ tokens: [token] }) => token) },
  };
}
