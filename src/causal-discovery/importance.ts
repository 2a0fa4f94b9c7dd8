/** @file How important a head is for an answer token (LVLM-Interpret, arXiv 2404.03118): its largest attention on the image against its largest on text. */

export interface ImportanceInput {
  /** The head's attention in the row of the target, [keys]. */
  readonly row: ArrayLike<number>;
  /** Positions of the image tokens. */
  readonly imagePositions: readonly number[];
}

/**
 * max over image tokens / max over the other tokens after the first image token, and the reverse. Without a picture 0 for the image, and
 * for text the largest attention on any token after the first.
 */
export function headImportance({ row, imagePositions }: ImportanceInput): {
  readonly image: number;
  readonly text: number;
} {
  if (imagePositions.length === 0)
    return {
      image: 0,
      text: Array.from(row)
        .slice(1)
        .reduce((a, b) => Math.max(a, b), 0),
    };
  const first = Math.min(...imagePositions);
  const image = new Set(imagePositions);
  let onImage = 0;
  let onText = 0;
  for (let position = first; position < row.length; position++) {
    if (image.has(position)) onImage = Math.max(onImage, row[position]!);
    else onText = Math.max(onText, row[position]!);
  }
  return { image: onText === 0 ? 0 : onImage / onText, text: onImage === 0 ? 0 : onText / onImage };
}
