/** @file Which tokens of the vision tower an image token is made of, so that what is found in the tower lies on the right image tokens. */
import type { PicturePlan } from "./plan.ts";

/** A token of the tower that an image token is made of. */
export interface TowerSource {
  readonly input: number;
  readonly token: number;
  /** Part of the image token that comes from it; the parts of an image token add up to 1. */
  readonly share: number;
  /** Part of the tower's token that goes to this image token and no other. */
  readonly given: number;
}

/** The tokens of the tower that each image token is made of; none for learned tokens, such as the end of a row. */
export function towerSources({ inputs, imageTokens }: PicturePlan): TowerSource[][] {
  const rows = inputs.flatMap(({ rowTokens }, input) => rowTokens.map((tokens) => ({ input, tokens })));
  const totals = inputs.map(({ tokens }) => new Float64Array(tokens));
  const shares = imageTokens.map((token) => {
    const patches = token.rows.filter(({ row }) => row < rows.length);
    const whole = patches.reduce((sum, { weight }) => sum + weight, 0);
    return patches.flatMap(({ row, weight }) => {
      const { input, tokens } = rows[row]!;
      const share = weight / whole / tokens.length;
      for (const each of tokens) totals[input]![each]! += share;
      return tokens.map((each) => ({ input, token: each, share }));
    });
  });
  return shares.map((sources) =>
    sources.map((source) => ({ ...source, given: source.share / totals[source.input]![source.token]! })),
  );
}

/** What each image token gets of values of the tower's tokens, by input, [image tokens]: the sum over the tokens that it is made of. */
export function gatherFromTower(
  sources: readonly (readonly TowerSource[])[],
  values: readonly ArrayLike<number>[],
): number[] {
  return sources.map((each) => each.reduce((sum, { input, token, given }) => sum + given * values[input]![token]!, 0));
}
