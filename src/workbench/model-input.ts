/** @file What the vision tower receives of a picture, for people to look at. */
import { openCheckpoint } from "../checkpoint-folder/open.ts";
import type { Checkpoint } from "../checkpoint/types.ts";
import { fitsOf, type FitPlan } from "../image/fit.ts";
import { planViews, settingsFor, type FitOptions } from "../image/prepare.ts";
import { coveredShare, finestView } from "../image/geometry.ts";
import { nodeHost } from "../local-model/node-host.ts";
import { encodePng } from "../picture-work/encode-png.ts";
import type { FitMode, GridPlacement, GridSize, PictureLayout, ResamplingFilter, Size } from "../image/types.ts";
import type { ModelDefinition, VisionDefinition } from "../models/definition.ts";
import type { PicturePlan } from "../models/plan.ts";
import { defineModel } from "../models/registry.ts";
import type { ModelRegistry } from "./model-registry.ts";
import { loadPictures, type GivenPicture, type LoadedPicture } from "../explain/pictures.ts";
import { cellWindows, runViews, type CellWindow } from "../explain/picture-views.ts";
import type { RunView } from "../run/types.ts";
import { ProblemError } from "../problem/problem.ts";
import { resultCache } from "./result-cache.ts";

export interface ModelInputRequest {
  readonly model: string;
  /** Id of a stored picture. */
  readonly picture: string;
  readonly fit: FitMode;
  /** How many pictures the question has; 1 if it is left out. Some models take several pictures another way than one. */
  readonly pictures?: number | undefined;
  /** The view whose pixels are asked for; the one of most pixels if it is left out. */
  readonly view?: number | undefined;
}

export interface ModelInput {
  readonly fit: FitMode;
  /** The fits that the model allows. */
  readonly fits: readonly FitMode[];
  readonly original: { readonly width: number; readonly height: number };
  readonly input: { readonly width: number; readonly height: number };
  /** The grids on the original picture, in its pixels. */
  readonly grids: readonly GridPlacement[];
  /** What the inputs of the tower are cut from, in the order of the inputs. */
  readonly views: readonly RunView[];
  /** Windows that layers of the tower attend within, in cells of the grids; none if every layer sees the whole input. */
  readonly windows: readonly CellWindow[];
  /** Rows and columns of the patches that the tower reads of each input; those of a cell become one image token. Null if they are no grid. */
  readonly towerPatches: GridSize | null;
  /** What is done to the picture, a few words a step. */
  readonly steps: readonly string[];
  readonly patches: number;
  /** Patches that see only padding. */
  readonly paddingPatches: number;
}

interface ModelInputSource {
  readonly checkpoint: Checkpoint;
  readonly definition: ModelDefinition;
}

/** What is done to a picture of this size, a few words a step; the steps of each view one after the other. */
function fitSteps(picture: Size, options: FitOptions): string[] {
  const plans = planViews(picture, options);
  const { filter } = options.settings;
  const steps = (plan: FitPlan): string[] => stepsOfView(picture, plan, filter);
  switch (plans.kind) {
    case "whole":
    case "native":
      return steps(plans.views[0]);
    case "tiles": {
      const whole = plans.views.find(({ tiles }) => tiles.rows * tiles.cols === 1);
      const plane = plans.views.find((view) => view !== whole);
      const first = whole === undefined ? [] : steps(whole);
      if (plane === undefined) return first;
      const { rows, cols } = plane.tiles;
      return [
        ...(first.length === 0 ? [] : [`whole: ${first.join(", ")}`]),
        ...steps(plane),
        `cut into ${rows} x ${cols} tiles`,
      ];
    }
    case "packed":
      return [...steps(plans.views[0]), `cut into ${plans.patches.rows} x ${plans.patches.cols} patches`];
  }
}

function stepsOfView(
  picture: Size,
  { canvas, resized, shown = { ...resized, left: 0, top: 0 }, window }: FitPlan,
  filter: ResamplingFilter,
): string[] {
  const size = ({ width, height }: Size) => `${width} x ${height}`;
  const differs = (a: Size, b: Size) => size(a) !== size(b);
  const outside = window.width > shown.width || window.height > shown.height;
  return [
    ...(differs(canvas, picture) ? [`pad to ${size(canvas)} with the mean color`] : []),
    ...(differs(resized, canvas) ? [`resize to ${size(resized)}, ${filter}`] : []),
    ...(differs(shown, resized) && differs(shown, window) ? [`crop the center, ${size(shown)}`] : []),
    ...(differs(window, shown) || differs(window, resized)
      ? [`${outside ? "place" : "crop"} the center, ${size(window)}`]
      : []),
  ];
}

type InputChoice = Pick<ModelInputRequest, "fit" | "pictures" | "view">;

async function prepared(
  { checkpoint, definition }: ModelInputSource,
  picture: GivenPicture,
  { fit, pictures }: InputChoice,
): Promise<LoadedPicture> {
  const [loaded] = await loadPictures([picture], {
    checkpoint,
    vision: definition.vision,
    fit,
    pictureCount: pictures,
    reader: nodeHost.pictures,
  });
  return loaded!;
}

/** Sizes, steps and grids. Throws an Error if the picture cannot be fitted. */
async function describeModelInput(
  source: ModelInputSource,
  picture: GivenPicture,
  choice: InputChoice,
): Promise<ModelInput> {
  const { fit, pictures = 1 } = choice;
  const { runImage, layout, plan } = await prepared(source, picture, choice);
  const { width, height, inputWidth, inputHeight, grids } = runImage;
  const original = { width, height };
  const cells = grids.flatMap((grid) =>
    Array.from({ length: grid.rows * grid.cols }, (_, i) =>
      coveredShare(grid, { row: Math.floor(i / grid.cols), col: i % grid.cols }, original),
    ),
  );
  return {
    fit,
    fits: fitsOf(source.checkpoint.processor),
    original,
    input: { width: inputWidth, height: inputHeight },
    grids,
    views: runViews(layout, plan),
    windows: cellWindows(plan),
    towerPatches: towerPatches(layout, plan, source.definition.vision),
    steps: fitSteps(original, { settings: settingsFor(source.checkpoint.processor, pictures), fit }),
    patches: cells.length,
    paddingPatches: cells.filter((share) => share === 0).length,
  };
}

/** The grid of patches of each input; null if they are no square. */
function towerPatches(
  layout: PictureLayout,
  { inputs }: PicturePlan,
  { classToken }: Pick<VisionDefinition, "classToken">,
): GridSize | null {
  if (layout.kind === "packed") return layout.patches;
  const side = Math.sqrt((inputs[0]?.tokens ?? 0) - (classToken ? 1 : 0));
  return Number.isInteger(side) && side > 0 ? { rows: side, cols: side } : null;
}

async function modelInputPng(
  source: ModelInputSource,
  picture: GivenPicture,
  choice: InputChoice,
): Promise<Uint8Array> {
  const { view } = choice;
  const { levels } = await prepared(source, picture, choice);
  const chosen = view === undefined ? finestView(levels) : levels[view];
  if (chosen !== undefined) return encodePng(chosen);
  throw new ProblemError(
    "bad-request",
    `The picture has views 0 to ${levels.length - 1} in this model, got view ${view}; choose one of these.`,
  );
}

export interface ModelPreviews {
  describe(model: string, picture: GivenPicture, choice: InputChoice): Promise<ModelInput>;
  /** The exact pixels of a view, as PNG. */
  png(model: string, picture: GivenPicture, choice: InputChoice): Promise<Uint8Array>;
}

/**
 * Shows pictures as models receive them; of a model that is not loaded only its configuration is opened. Throws `bad-request` if a
 * picture cannot be fitted so.
 */
export function modelPreviews(registry: Pick<ModelRegistry, "loaded" | "requirePlace">): ModelPreviews {
  const opened = resultCache<ModelInputSource>(4, () => 1);

  async function sourceOf(id: string): Promise<ModelInputSource> {
    const loaded = registry.loaded(id);
    if (loaded !== undefined) return loaded;
    const { folder, name } = await registry.requirePlace(id);
    return opened.get(folder, async () => {
      const checkpoint = await openCheckpoint(folder, { name });
      return { checkpoint, definition: defineModel(checkpoint.config) };
    });
  }
  async function fitted<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ProblemError) throw error;
      throw new ProblemError("bad-request", (error as Error).message, { cause: error });
    }
  }
  return {
    describe: (model, picture, choice) =>
      fitted(async () => describeModelInput(await sourceOf(model), picture, choice)),
    png: (model, picture, choice) => fitted(async () => modelInputPng(await sourceOf(model), picture, choice)),
  };
}
