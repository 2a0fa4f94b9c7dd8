/** @file What a report shows when it is opened. */
import type { GridChoice } from "./grids.ts";
import type { CauseMethod, FlowChoice } from "./measure-choices.ts";
import type { MapPart, MethodName, Variant } from "./map-catalogue.ts";

export interface ReportStart {
  /** The method whose map, or whose causes are shown. */
  readonly method: MethodName | CauseMethod;
  /** Answer tokens, by index in the answer. */
  readonly tokens: readonly number[];
  /** Layer of the language model, for attention, lens and causal graphs. */
  readonly layer?: number;
  /** Head of attention or of a causal graph; left out for the mean of all. */
  readonly head?: number;
  /** Variant and map of relevancy, map of LRP. */
  readonly variant?: Variant;
  readonly map?: MapPart;
  readonly hideSinks?: boolean;
  readonly grids?: GridChoice;
  /** Which edges of a flow graph are drawn. */
  readonly edges?: FlowChoice;
  /** The picture that is shown, from 0. */
  readonly picture?: number;
}

/** The JSON in the page of a report, beside the run. */
export interface ReportFacts {
  /** What the run is called: its id in a list of runs. */
  readonly run: string;
  readonly start: ReportStart;
}

/** Ids of the elements of a page that hold its parts, compressed with gzip, as base64. */
export const reportParts = {
  script: "report-script",
  style: "report-style",
  /** Notices of the packages whose code is in the script. */
  licenses: "report-licenses",
  run: "report-run",
} as const;

/** Id of the element that holds the JSON. */
export const reportFactsElement = "report-facts";
