/** @file What every export says beside its figure: run, model, version, method with parameters, selection, unit and date. */
import type { RunDescription } from "../../../src/run/types.ts";
import { chosenTokens } from "../../run/chosen-tokens.ts";
import type { OpenRun } from "../../run/open-run.svelte.ts";
import type { Page } from "../../state/page.svelte.ts";
import type { Figure, Legend } from "../figure.ts";

export interface ExportContext {
  readonly run: string;
  readonly tab: string;
  readonly question: string;
  readonly answer: string;
  readonly model: string;
  readonly precision: string;
  readonly architecture: string;
  /** Version of this program, and of the one that recorded the run. */
  readonly program: string;
  readonly recordedBy: string;
  /** ISO 8601 time of the run and of the export. */
  readonly recorded: string;
  readonly exported: string;
  /** Methods of the run, with their parameters. */
  readonly methods: Readonly<Record<string, unknown>>;
  /** What is selected: indices and text of answer tokens, number of patches, layer and head (null is the mean of all). */
  readonly selection: {
    readonly tokens: readonly number[];
    readonly text: string;
    readonly patches: readonly number[];
    readonly words: readonly number[];
    readonly layer: number | null;
    readonly head: number | null;
  };
}

/** The text that answer tokens make together. */
function tokensText({ document: { description } }: Pick<OpenRun, "document">, tokens: readonly number[]): string {
  const { answer } = description;
  return tokens
    .map((token) => description.tokens[answer.start + token]?.text ?? "")
    .join("")
    .trim();
}

/** Longest parameter that exports repeat, as JSON. */
const maxParameterLength = 200;

/** Methods with their parameters, without what is data beside them, such as the vocabulary of the lens. */
export function parametersOf(methods: RunDescription["methods"]): ExportContext["methods"] {
  const isParameter = (value: unknown): boolean => JSON.stringify(value).length <= maxParameterLength;
  return Object.fromEntries(
    Object.entries(methods).map(([method, parameters]) => [
      method,
      Object.fromEntries(Object.entries(parameters).filter(([, value]) => isParameter(value))),
    ]),
  );
}

/** What the exports of the open run say, now; undefined where no run is open. */
export function exportContext(page: Page): ExportContext | undefined {
  const { run, selection, server } = page;
  if (!run) return undefined;
  const { description, summary } = run.document;
  const { patches, words, layer, head } = selection;
  const tokens = chosenTokens(run, selection);
  return {
    run: summary.id,
    tab: selection.tab,
    question: summary.question,
    answer: summary.answer,
    model: description.model.name,
    precision: description.model.precision,
    architecture: description.model.architecture,
    program: `lvlm-interpret ${server?.version ?? description.program}`,
    recordedBy: `lvlm-interpret ${description.program}`,
    recorded: description.created,
    exported: new Date().toISOString(),
    methods: parametersOf(description.methods),
    selection: { tokens, text: tokensText(run, tokens), patches, words, layer, head },
  };
}

/** A setting as a reader says it: "on", "0.275", "min 0, max 0.275". */
function settingText(value: unknown): string {
  if (value === null) return "all";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "number") return `${Number(value.toPrecision(4))}`;
  if (typeof value === "string") return value;
  if (Array.isArray(value) || typeof value !== "object") return JSON.stringify(value);
  return Object.entries(value)
    .map(([name, part]) => `${name} ${settingText(part)}`)
    .join(", ");
}

/** Parameters in one line: "layer 3, head 5, scale map". */
export function settingsText({ settings }: Pick<Figure, "settings">): string {
  return Object.entries(settings?.() ?? {})
    .filter(([, value]) => value !== undefined && value !== "")
    .map(
      ([name, value]) =>
        `${name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${settingText(value)}`,
    )
    .join(", ");
}

/** The line below an exported figure. */
export function provenanceText(figure: Pick<Figure, "settings">, context: ExportContext, legend?: Legend): string {
  const { model, precision, program, run, selection, exported } = context;
  return [
    `${model}, ${precision}`,
    program,
    `run ${run}`,
    selection.text === "" ? "" : `“${selection.text}”`,
    settingsText(figure),
    legend && legend.unit !== "" ? `unit: ${legend.unit}` : "",
    exported.slice(0, 10),
  ]
    .filter((part) => part !== "")
    .join(" · ");
}
