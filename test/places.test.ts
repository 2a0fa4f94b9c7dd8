/**
 * @file The places of image tokens, found from the pixels: a change in the middle of a cell must change the tokens that the plan places
 * there, and no others. Attention inside the tower is taken out, as it would carry the change to every token.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { openCheckpoint } from "../src/checkpoint-folder/open.ts";
import { encodeImage } from "../src/engine/vision.ts";
import type { HostedModel } from "../src/explain/host.ts";
import { cellBox, coveredShare } from "../src/image/geometry.ts";
import { prepareImage, settingsFor } from "../src/image/prepare.ts";
import type { Box, RgbImage } from "../src/image/types.ts";
import { loadModel } from "../src/local-model/load-model.ts";
import type { PicturePlan } from "../src/models/plan.ts";
import type { FloatTensor } from "../src/tensor/tensor.ts";
import { changedCheckpoint } from "./support/changed-checkpoint.ts";
import { openParityCase, parityCases } from "./support/parity-case.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

/** Cases whose weights are changed here: those of 16 bits have the same tower as the one of 32. */
const names = parityCases.filter((name) => !/-(f16|bf16-sharded)$/.test(name));
/** Cells that are tried of a picture. */
const mostCells = 6;
/** Sides of a tried picture, of those of the case's: resampling that makes it smaller mixes few of its pixels. */
const enlarged = 4;
/** Parts of a cell: what is changed around its middle, and how far resampling may carry the change. */
const changedPart = 0.1;
const carriedPart = 0.39;
/** Resized features mix those of neighbors, and may leave out what lies at the edge of their cell. */
const carriedByFeatures = 1.5;

const outputOfAttention = /vis(ion|ual).*att(entio)?n\.(out_proj|o_proj|proj|projection_layer)\.weight$/;

async function modelWithoutAttention(fixture: string): Promise<HostedModel> {
  let layers = 0;
  const folder = await changedCheckpoint({
    fixture,
    tensors(tensors) {
      for (const [name, tensor] of tensors) {
        if (!outputOfAttention.test(name)) continue;
        tensors.set(name, { ...tensor, values: new Float32Array(tensor.values.length) });
        layers++;
      }
    },
  });
  const model = await loadModel(await openCheckpoint(folder), {
    cacheFolder: temporaryFolder(),
    maxMemoryBytes: 2 ** 32,
  });
  expect(layers).toBeGreaterThanOrEqual(model.definition.vision.config.layers);
  return model;
}

/** Levels without a pattern, from 100 to 155. */
function grayNoise(width: number, height: number): RgbImage {
  const data = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => 100 + ((Math.imul(i + 1, 2654435761) >>> 16) % 56),
  );
  return { width, height, data };
}

/** The picture with white pixels in this part of it, one at least. */
function whitened(picture: RgbImage, { left, top, width, height }: Box): RgbImage {
  const data = picture.data.slice();
  const end = (start: number, length: number) => Math.max(Math.floor(start) + 1, Math.floor(start + length));
  for (let y = Math.floor(top); y < end(top, height); y++) {
    for (let x = Math.floor(left); x < end(left, width); x++)
      data.fill(255, (y * picture.width + x) * 3, (y * picture.width + x + 1) * 3);
  }
  return { ...picture, data };
}

/** True of the rows, [rows, width], that differ by more than the noise of computing. */
function changedRows(before: FloatTensor, after: FloatTensor): boolean[] {
  const width = before.dims[1]!;
  const changes = Array.from({ length: before.dims[0]! }, (_, row) =>
    Math.max(
      ...Array.from({ length: width }, (_unused, i) =>
        Math.abs(after.data[row * width + i]! - before.data[row * width + i]!),
      ),
    ),
  );
  const limit = 1e-4 * Math.max(...before.data.map(Math.abs));
  return changes.map((change) => change > limit);
}

/** The part of the cell around its middle that is changed. */
function middle({ left, top, width, height }: Box): Box {
  const side = changedPart;
  return {
    left: left + (width * (1 - side)) / 2,
    top: top + (height * (1 - side)) / 2,
    width: width * side,
    height: height * side,
  };
}

/** How far the middle of a box lies from a cell, in sides of the cell, on the axis where it is farther; 0 inside. */
function distance(cell: Box, { left, top, width, height }: Box): number {
  const beyond = (at: number, start: number, length: number) => Math.max(start - at, at - start - length, 0) / length;
  return Math.max(beyond(left + width / 2, cell.left, cell.width), beyond(top + height / 2, cell.top, cell.height));
}

/** Entries from first to last, `most` at most. */
function spread<Entry>(entries: readonly Entry[], most: number): Entry[] {
  const count = Math.min(most, entries.length);
  return Array.from(
    { length: count },
    (_, i) => entries[Math.round((i * (entries.length - 1)) / Math.max(1, count - 1))]!,
  );
}

/** True if one of the tower's tokens that an image token is made of has changed. */
function changedInTower(
  { inputs }: PicturePlan,
  rows: readonly { readonly row: number }[],
  tower: readonly boolean[][],
) {
  const all = inputs.flatMap(({ rowTokens }, input) =>
    rowTokens.map((tokens) => tokens.some((token) => tower[input]![token])),
  );
  return rows.some(({ row }) => all[row] === true);
}

describe.each(names)("%s", (name) => {
  let model: HostedModel;
  beforeAll(async () => {
    model = await modelWithoutAttention(name);
  });

  test("a changed cell changes the image tokens and the tower's tokens that stand for it, and no others", async () => {
    const [size] = (await openParityCase(name)).text.images;
    const picture = grayNoise(size!.width * enlarged, size!.height * enlarged);
    const settings = settingsFor(model.checkpoint.processor, 1);
    const residual = { site: "vision.layers.0.residual" };
    const encoded = async (image: RgbImage) => {
      const { pixelValues, layout } = prepareImage(image, { settings, fit: "default" });
      return encodeImage(model, { pixelValues, plan: model.definition.vision.plan(layout) }, { taps: [residual] });
    };
    const before = await encoded(picture);
    const { plan } = before;
    const boxes = plan.imageTokens.map(({ cell }) =>
      cell === undefined ? undefined : cellBox(plan.grids[cell.grid]!, cell),
    );
    const whole = plan.imageTokens.flatMap(({ cell }, token) =>
      cell !== undefined && coveredShare(plan.grids[cell.grid]!, cell, picture) > 0.999 ? [token] : [],
    );
    expect(whole.length).toBeGreaterThan(0);
    for (const token of spread(whole, mostCells)) {
      const changed = middle(boxes[token]!);
      const after = await encoded(whitened(picture, changed));
      const found = changedRows(before.features, after.features);
      const tower = before.captures.map((captured, input) =>
        changedRows(captured.get(residual)!, after.captures[input]!.get(residual)!),
      );
      for (const [k, { rows }] of plan.imageTokens.entries()) {
        const box = boxes[k];
        const far = box === undefined ? Infinity : distance(box, changed);
        const carried = rows.length === 1 ? carriedPart : carriedByFeatures;
        if (k === token || (far === 0 && rows.length === 1)) expect([token, k, found[k]]).toEqual([token, k, true]);
        if (far > carried) expect([token, k, found[k]]).toEqual([token, k, false]);
        expect([token, k, changedInTower(plan, rows, tower)]).toEqual([token, k, found[k]]);
      }
    }
  });
});
