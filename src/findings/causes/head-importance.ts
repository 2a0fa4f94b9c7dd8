/** @file How important each head of a layer is for an answer token. */
import { headImportance } from "../../causal-discovery/importance.ts";
import { attentionBlock } from "../../run/attention-block.ts";
import type { HeadImportance } from "../../run/causes.ts";
import { imageTokenPositions, predictingPosition } from "../../run/positions.ts";
import type { Run } from "../../run/types.ts";

/** Throws a NotRecordedError if the row that predicts the token was not recorded. */
export async function importanceOfHeads(
  run: Run,
  { token, layer }: { readonly token: number; readonly layer: number },
): Promise<HeadImportance> {
  const { description } = run;
  const imagePositions = imageTokenPositions(description);
  const positions = [predictingPosition(description, token)];
  const { data, dims } = await attentionBlock(run, { layers: [layer], heads: "all", positions });
  const [, heads, , keys] = dims as [number, number, number, number];
  const found = Array.from({ length: heads }, (_, head) =>
    headImportance({ row: data.subarray(head * keys, (head + 1) * keys), imagePositions }),
  );
  return { token, layer, image: found.map(({ image }) => image), text: found.map(({ text }) => text) };
}
