/** @file A picture in a prompt, by its grid alone. */
import type { PromptPicture } from "../../src/explain/prompt.ts";

/** A picture whose image tokens walk one grid row by row. */
export function gridPicture({ rows, cols }: { readonly rows: number; readonly cols: number }): PromptPicture {
  return {
    prompt: [{ imageTokens: rows * cols }],
    imageTokens: Array.from({ length: rows * cols }, (_, i) => ({
      cell: { grid: 0, row: Math.floor(i / cols), col: i % cols },
      rows: [],
    })),
  };
}
