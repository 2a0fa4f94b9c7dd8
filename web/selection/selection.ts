/** @file The one selection that every view reads and may change, and its defaults. */
import type { ColorMapName } from "../../src/figure/color-map.ts";
import { heatMapDefaults } from "../../src/figure/heat-map.ts";
import { defaultTopShare } from "../../src/figure/top-patches.ts";
import { defaultCausalSettings } from "../../src/run/causes.ts";
import { defaultGridChoice, type GridChoice } from "../../src/run/grids.ts";
import type { TruthScore } from "../../src/findings/ground-truth.ts";
import type { Corners } from "../../src/run/masks.ts";
import { nullSetLimits, type Fill, type FlowChoice } from "../../src/run/measure-choices.ts";
import type { MapMethod, MapPart, OtherMap, RecordedMap, Variant } from "../../src/run/map-catalogue.ts";
import { defaultMap } from "../../src/run/maps.ts";

type Place = "explore" | "runs";
/** The tabs of Explore, in the order of the work. */
export const tabNames = ["attention", "relevancy", "causes", "verify", "layers", "compare"] as const;
export type TabName = (typeof tabNames)[number];
export type PictureMode = "explain" | "edit" | "input";
/** What tokens are colored by. */
export type TokenColoring = "source" | "attention" | "probability" | "surprise" | "patches";
/** Maps of relevancy by their part, and those of the other methods that are recorded when they are asked for. */
export type RelevancyPart = MapPart | OtherMap;
type CausesView = "graph" | "tree";
/** Causes that were verified by asking again, or the graph of one head's attention. */
type CausesShown = "verified" | "head";
/** Which evidence Verify takes away; `picture` is every patch. */
export type MaskSource = "causes" | "top" | "selection" | "heads" | "edges" | "picture";
/** Where blocked edges of attention begin: at what is attended to. */
export const edgeSources = ["selection", "picture", "question"] as const;
export type EdgeSource = (typeof edgeSources)[number];
/** Where they end: at the position that predicts the token, or at words that attend. */
export const edgeTargets = ["last", "question", "words"] as const;
export type EdgeTarget = (typeof edgeTargets)[number];
type CompareView = "methods" | "truth" | "grounding" | "runs";

/** A box on a picture that the user marked as the object. */
export interface MarkedBox {
  /** Index of the picture. */
  readonly picture: number;
  readonly box: Corners;
}

export interface Selection {
  readonly place: Place;
  /** Id of the open run; null before one is open. */
  readonly run: string | null;
  /** Id of the second run of Compare; null where none is chosen. */
  readonly otherRun: string | null;
  readonly tab: TabName;
  readonly mode: PictureMode;
  /** Picture shown in the stage, from 0. */
  readonly picture: number;
  /** Input of the vision tower that Model input shows of the picture, from 0. */
  readonly input: number;
  /** Answer tokens by their index in the answer, ascending; null is the default of the run (its decisive word). */
  readonly tokens: readonly number[] | null;
  /** Image tokens by their index among the image tokens of all pictures, ascending. */
  readonly patches: readonly number[];
  /** Question tokens by their position in the sequence, ascending. */
  readonly words: readonly number[];
  /** Layer of the language model; null is the mean of all. */
  readonly layer: number | null;
  /** Head of the layer; null is the mean of all. */
  readonly head: number | null;
  readonly coloring: TokenColoring;
  /** Attention: whose rows are shown, what they are summed over, how cells are drawn, and what one scale spans. */
  readonly from: "answer" | "question";
  readonly to: "image" | "question";
  readonly cells: "maps" | "means";
  readonly scale: "map" | "layer" | "all";
  /** Attention: raw rows of heads, or their product over all layers. */
  readonly flow: "raw" | "rollout";
  /** Relevancy: what is explained, by which variant, and which of its maps lies on the picture. */
  readonly scope: "token" | "word" | "answer";
  readonly variant: Variant;
  readonly part: RelevancyPart;
  /** Image part from which a token is listed as leaning on the image. */
  readonly listFrom: number;
  /** Layers: the layer of the lens (0 is the embedding, then after each layer; null is the last), and what is on the picture. */
  readonly lensLayer: number | null;
  readonly lens: "top" | "token";
  /** Causes: which of its views, and which edges of the flow graph are drawn. */
  readonly causesShown: CausesShown;
  readonly flowEdges: FlowChoice;
  /** Causes of a head: layer (null is the last), head (null is the most important one for the image), and the settings of the graph. */
  readonly causesLayer: number | null;
  readonly causesHead: number | null;
  readonly causesView: CausesView;
  /** Steps from the answer token within which nodes are shown in full, 1 to 3. */
  readonly radius: number;
  readonly causesVariant: Variant;
  readonly alpha: number;
  readonly samples: number;
  readonly signRule: "two-sided" | "legacy";
  readonly threshold: number;
  /** Verify: what is taken away, how, and against how many null sets at most. */
  readonly mask: MaskSource;
  /** The map whose largest values are masked, if `mask` is its top. */
  readonly maskMap: MapMethod;
  /** Tokens of the top of a map, or heads; null is as many as the explanation set has, or a few heads. */
  readonly maskCount: number | null;
  /** Ends of blocked edges, their layers and their heads; none stands for all. */
  readonly edgesFrom: EdgeSource;
  readonly edgesTo: EdgeTarget;
  readonly edgeLayers: readonly number[];
  readonly edgeHeads: readonly number[];
  readonly fill: Fill;
  readonly sets: number;
  /** Compare: which of its views, which map of Methods lies on the picture, and which map of both runs. */
  readonly compareView: CompareView;
  readonly mapMethod: MapMethod;
  readonly compareBy: RecordedMap;
  /** Compare: boxes of the object that maps are scored against, and the score that sorts them. */
  readonly boxes: readonly MarkedBox[];
  readonly scoreBy: TruthScore;
  /** How maps are drawn. `smooth` null is the default of the tab: cells for the lens, smooth otherwise. */
  readonly colorMap: Exclude<ColorMapName, "diverging">;
  readonly opacity: number;
  /** Opacity grows with the value up to `opacity`; else it is the same everywhere. */
  readonly fades: boolean;
  /** Share of the map's sum that the outlined patches hold, 0-1; 0 outlines nothing. */
  readonly topShare: number;
  readonly smooth: boolean | null;
  readonly greyPicture: boolean;
  readonly hideSinks: boolean;
  /** Which grids of a picture are drawn that the model sees more than once. */
  readonly gridChoice: GridChoice;
  /** Whether the borders of patches are drawn. */
  readonly grid: boolean;
}

export const defaultSelection: Selection = {
  place: "explore",
  run: null,
  otherRun: null,
  tab: "attention",
  mode: "explain",
  picture: 0,
  input: 0,
  tokens: null,
  patches: [],
  words: [],
  layer: null,
  head: null,
  coloring: "source",
  from: "answer",
  to: "image",
  cells: "maps",
  scale: "map",
  flow: "raw",
  scope: "token",
  variant: "exact",
  part: "language",
  listFrom: 0.3,
  lensLayer: null,
  lens: "top",
  causesShown: "verified",
  flowEdges: "kept",
  causesLayer: null,
  causesHead: null,
  causesView: "graph",
  radius: 3,
  causesVariant: defaultCausalSettings.variant,
  alpha: defaultCausalSettings.alpha,
  samples: defaultCausalSettings.samples,
  signRule: defaultCausalSettings.signRule,
  threshold: defaultCausalSettings.threshold,
  mask: "causes",
  maskMap: defaultMap,
  maskCount: null,
  edgesFrom: "selection",
  edgesTo: "last",
  edgeLayers: [],
  edgeHeads: [],
  fill: "mean",
  sets: nullSetLimits.default,
  compareView: "methods",
  mapMethod: defaultMap,
  compareBy: defaultMap,
  boxes: [],
  scoreBy: "mass",
  colorMap: "viridis",
  opacity: heatMapDefaults.opacity,
  fades: heatMapDefaults.fades,
  topShare: defaultTopShare,
  smooth: null,
  greyPicture: heatMapDefaults.greyPicture,
  hideSinks: false,
  gridChoice: defaultGridChoice,
  grid: false,
};
