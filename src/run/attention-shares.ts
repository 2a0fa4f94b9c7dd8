/** @file How the attention of each answer token is shared among groups of positions, for every layer and head. */
import { floatTensor, type FloatTensor } from "../tensor/tensor.ts";
import { attentionBlock } from "./attention-block.ts";
import { attentionGroups } from "./attention-groups.ts";
import { predictingPositions } from "./positions.ts";
import type { Run } from "./types.ts";

/**
 * Shares of attention in the row that predicts each answer token, [answer tokens, layers, heads, groups]; the shares of a row sum to 1.
 * `groups` [N] says which of `attentionGroups` each position belongs to. One layer is in memory at a time. Throws a NotRecordedError
 * if a layer was not recorded.
 */
export async function attentionShares(run: Run, groups: Uint8Array): Promise<FloatTensor> {
  const { languageLayers: layers, languageHeads: heads } = run.description.model;
  const positions = predictingPositions(run.description);
  const length = groups.length;
  const count = attentionGroups.length;
  const shares = floatTensor([positions.length, layers, heads, count]);
  const sums = new Float64Array(count);
  for (let layer = 0; layer < layers; layer++) {
    const { data } = await attentionBlock(run, { layers: [layer], heads: "all", positions });
    for (let head = 0; head < heads; head++) {
      for (let token = 0; token < positions.length; token++) {
        sums.fill(0);
        const row = (head * positions.length + token) * length;
        for (let key = 0; key < length; key++) sums[groups[key]!]! += data[row + key]!;
        const total = sums.reduce((sum, value) => sum + value, 0);
        const at = ((token * layers + layer) * heads + head) * count;
        for (let group = 0; group < count; group++) shares.data[at + group] = total > 0 ? sums[group]! / total : 0;
      }
    }
  }
  return shares;
}
