/** @file What patching two runs into each other found, in sentences. */
import type { PatchingResult } from "../run/measures.ts";

/** "layer 3", "layers 0 to 2". */
export function layersText([first, last]: readonly [number, number]): string {
  return first === last ? `layer ${first}` : `layers ${first} to ${last}`;
}

/** A share as a whole percentage. */
export function shareText(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** The largest share of a matrix with its place; undefined of an empty one. */
function largestOf(
  matrix: readonly (readonly (number | null)[])[],
): { row: number; col: number; share: number } | undefined {
  const entries = matrix.flatMap((shares, row) => shares.map((share, col) => ({ row, col, share })));
  const numbers = entries.flatMap(({ row, col, share }) => (share === null ? [] : [{ row, col, share }]));
  return numbers.reduce<(typeof numbers)[number] | undefined>(
    (best, each) => (best === undefined || each.share > best.share ? each : best),
    undefined,
  );
}

/**
 * Sentences for a reader who knows neither the method nor the words for it. `text` is the answer token; `own` and `other` are names of the
 * runs, as "run A" and "run B".
 */
export function patchingSentences(
  { request, verdict, own, other, groups, bands, states, heads, prior, unmatched }: PatchingResult,
  { text, ...names }: { readonly text: string; readonly own: string; readonly other: string },
): string[] {
  const difference = `${Math.abs(own - other).toFixed(2)} nats`;
  const said = `“${text.trim()}”`;
  const scored =
    request.score === "log-probability"
      ? `the log-probability of ${said}`
      : `how far ${said} leads over what ${names.other} says in its place`;
  if (verdict === "nothing to restore") {
    return [
      `Both runs give ${said} nearly the same score (they differ by ${difference}), so there is nothing to restore.`,
    ];
  }
  const sentences = [
    `${names.own} and ${names.other} differ by ${difference} in ${scored}; shares are of this difference.`,
  ];
  const evidence = states.restored.map((row) =>
    row.map((share, group) => (groups[group]!.kind === "last" ? null : share)),
  );
  const best = largestOf(evidence);
  if (best !== undefined) {
    sentences.push(
      `Taking “${groups[best.col]!.name}” from ${names.own} in ${layersText(bands[best.row]!)} restores ${shareText(best.share)} of it in ${names.other}, the most of all groups but the last position.`,
    );
  }
  const head = heads === undefined ? undefined : largestOf(heads.last.restored);
  if (head !== undefined) {
    sentences.push(
      `Of the single heads, head ${head.col} of layer ${head.row} restores most at the last position, ${shareText(head.share)}.`,
    );
  }
  if (heads !== undefined) {
    const [first] = prior;
    sentences.push(
      first === undefined
        ? `No single head brings what ${names.other} says back into ${names.own}.`
        : `${prior.length === 1 ? "One head brings" : `${prior.length} heads bring`} what ${names.other} says back into ${names.own}; the strongest, head ${first.head} of layer ${first.layer}, by ${shareText(first.removed)}.`,
    );
  }
  if (unmatched > 0) {
    sentences.push(
      `${unmatched} ${unmatched === 1 ? "token has" : "tokens have"} no counterpart in the other run and ${unmatched === 1 ? "stays" : "stay"} as ${unmatched === 1 ? "it is" : "they are"}.`,
    );
  }
  return sentences;
}
