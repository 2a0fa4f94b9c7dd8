/** @file Every option of the command line, once: its name, values, default and commands. Parsing and help come from this table. */
import { fitModes } from "../image/types.ts";
import { defaultCausalSettings } from "../run/causes.ts";
import { fills, mapMethods } from "../run/measures.ts";
import { exportFormats } from "../export/formats.ts";
import { causalMethod, mapParts, methods, traceMethods, variants } from "../explain/method-names.ts";
import type { CommandName, OptionSpec } from "./option-spec.ts";

export type { CommandName, OptionSpec };

const asking = ["ask", "explain", "verify"] as const;
/** Commands that open a model and go through it. */
const computing = [...asking, "measure"] as const;
const reporting = ["ask", "explain", "verify", "measure", "causal", "export", "models", "preprocess"] as const;
/** Commands that write files. */
const writing = ["explain", "export", "preprocess"] as const;
/** Commands that learn causal graphs. */
const causing = ["explain", "verify", "measure", "causal"] as const;

export const optionTable = {
  host: {
    name: "host",
    kind: "text",
    value: "ADDRESS",
    default: "127.0.0.1",
    description: "Where to listen; at another address than this computer's own the page asks for a token",
    commands: ["serve"],
  },
  port: {
    name: "port",
    kind: "integer",
    min: 1,
    max: 65535,
    description: "Port to listen at (default: the first free one from 7861)",
    commands: ["serve"],
  },
  noOpen: { name: "no-open", kind: "flag", description: "Leave the browser closed", commands: ["serve"] },
  runs: {
    name: "runs",
    kind: "text",
    value: "FOLDER",
    description: "Folder of the saved runs (default: lvlm-interpret/runs in the user's folder of data)",
    commands: ["serve"],
  },
  models: {
    name: "models",
    kind: "texts",
    value: "FOLDER...",
    description: "Folders of checkpoints that the page may load, besides the models in the cache",
    commands: ["serve"],
  },
  tokenFile: {
    name: "token-file",
    kind: "text",
    value: "FILE",
    description:
      "File with what the page asks for before it opens (default: LVLM_INTERPRET_TOKEN of the environment, else random where others can reach it, else none)",
    commands: ["serve"],
  },
  model: {
    name: "model",
    kind: "text",
    value: "PATH_OR_HUB_ID",
    default: "demo",
    description: "Checkpoint folder, or hub id of a model in the cache",
    commands: ["serve", ...computing, "preprocess"],
  },
  image: {
    name: "image",
    kind: "texts",
    value: "FILE...",
    description: "Picture files, in the order in which the question takes them",
    commands: ["ask", "explain", "verify", "preprocess"],
  },
  question: {
    name: "question",
    kind: "text",
    value: "TEXT",
    description: "What to ask about the pictures",
    commands: asking,
  },
  system: { name: "system", kind: "text", value: "TEXT", description: "System prompt", commands: asking },
  messages: {
    name: "messages",
    kind: "text",
    value: "FILE.json",
    description:
      'Several turns, or a raw prompt: {"images": [...], "messages": [...]} or {"images": [...], "prompt": "..."}',
    commands: asking,
  },
  fit: {
    name: "fit",
    kind: "choice",
    choices: fitModes,
    default: "default",
    description: "How pictures are fitted to the model's input; default is what the model's processor says",
    commands: ["ask", "explain", "verify", "preprocess"],
  },
  stretch: {
    name: "stretch",
    kind: "flag",
    description:
      "Spread the samples of pictures of more than 8 bits over all levels, from the lowest to the highest; the run keeps it as an edit",
    commands: ["ask", "explain", "verify", "preprocess"],
  },
  maxNewTokens: {
    name: "max-new-tokens",
    kind: "integer",
    min: 1,
    max: 512,
    default: 64,
    description: "Longest answer, in tokens",
    commands: asking,
  },
  minNewTokens: {
    name: "min-new-tokens",
    kind: "integer",
    min: 0,
    max: 64,
    default: 0,
    description: "Shortest answer, in tokens",
    commands: asking,
  },
  sampling: {
    name: "sampling",
    kind: "choice",
    choices: ["options", "checkpoint"],
    default: "options",
    description:
      "Where temperature and filters come from: the options below, or the model's generation_config.json (greedy if it says so)",
    commands: asking,
  },
  temperature: {
    name: "temperature",
    kind: "number",
    min: 0,
    max: 2,
    default: 0,
    description: "Randomness of the answer; 0 always takes the likeliest token",
    commands: asking,
  },
  topP: {
    name: "top-p",
    kind: "number",
    min: 0.05,
    max: 1,
    default: 1,
    description: "Sample from the likeliest tokens that together have this probability",
    commands: asking,
  },
  topK: {
    name: "top-k",
    kind: "integer",
    min: 0,
    max: 100,
    default: 0,
    description: "Sample from this many likeliest tokens; 0 is off",
    commands: asking,
  },
  seed: {
    name: "seed",
    kind: "integer",
    min: 0,
    max: 2 ** 32 - 1,
    default: 0,
    description: "Seed of the sampling, and of the random sets and noise of a test",
    commands: computing,
  },
  precision: {
    name: "precision",
    kind: "choice",
    choices: ["f32", "f16", "auto"],
    default: "auto",
    description: "How 16-bit weights are held: widened (fast), as stored (half the memory), or by the memory there is",
    commands: ["serve", ...computing],
  },
  device: {
    name: "device",
    kind: "choice",
    choices: ["cpu", "auto"],
    default: "auto",
    description: "Where to compute",
    commands: computing,
  },
  maxMemory: {
    name: "max-memory",
    kind: "bytes",
    value: "SIZE",
    description: "Memory that the work may take, such as 8GB (default: what is available; 4GB for causal)",
    commands: ["serve", ...computing, "causal"],
  },
  methods: {
    name: "method",
    kind: "choices",
    choices: [...methods, causalMethod],
    default: traceMethods,
    description: "What to record",
    commands: ["explain"],
  },
  variants: {
    name: "variant",
    kind: "choices",
    choices: variants,
    description:
      "Of relevancy and causal graphs: with the faults of the published tool repaired (exact), or its numbers (reference); graphs take the first that is named (default: exact)",
    commands: ["explain"],
  },
  explainedTarget: {
    name: "target",
    kind: "text",
    value: "logit|logprob|contrast:TOKEN",
    description:
      "What methods by gradient explain of a token: its raw logit, its log-probability, or its logit less that of another token (default: logit)",
    commands: ["explain"],
  },
  tokens: {
    name: "tokens",
    kind: "texts",
    value: "all|INDEX...|WORD...",
    description: "Answer tokens that methods by gradient explain, by index from 0 or by word (default: all)",
    commands: ["explain"],
  },
  record: {
    name: "record",
    kind: "choice",
    choices: ["default", "full"],
    default: "default",
    description: "Attention of the question and answer tokens, or of every token with every logit",
    commands: ["explain"],
  },
  causalVariant: {
    name: "variant",
    kind: "choice",
    choices: variants,
    default: "exact",
    description:
      "Of the causal graph: the published method with its faults repaired (exact), or its results (reference)",
    commands: ["causal", "verify", "measure"],
  },
  alpha: {
    name: "alpha",
    kind: "number",
    min: 1e-12,
    max: 0.5,
    default: defaultCausalSettings.alpha,
    description: "Two tokens of a causal graph count as independent if p is above it",
    commands: causing,
  },
  samples: {
    name: "samples",
    kind: "integer",
    min: 8,
    max: 1_000_000,
    default: defaultCausalSettings.samples,
    description: "Nominal sample count of the independence test",
    commands: causing,
  },
  signRule: {
    name: "sign-rule",
    kind: "choice",
    choices: ["two-sided", "legacy"],
    default: defaultCausalSettings.signRule,
    description: "Of the independence test; legacy takes negative correlation for independence, as older releases did",
    commands: causing,
  },
  attentionThreshold: {
    name: "attention-threshold",
    kind: "number",
    min: 0,
    max: 1,
    default: defaultCausalSettings.threshold,
    description: "Attention from which a token becomes a node of a causal graph",
    commands: ["explain", "verify", "measure"],
  },
  causalLayers: {
    name: "layers",
    kind: "text",
    value: "last|all|N,N",
    default: "last",
    description: "Layers whose heads' causal graphs are learned, with --method causal",
    commands: ["explain"],
  },
  matrix: {
    name: "matrix",
    kind: "text",
    value: "FILE",
    description: 'Attention of one head: JSON with "attention_lower", or a square tensor of a safetensors file',
    commands: ["causal"],
  },
  tensorName: {
    name: "tensor",
    kind: "text",
    value: "NAME",
    description: "Which tensor of a safetensors file (default: the first square one)",
    commands: ["causal"],
  },
  causalTarget: {
    name: "target",
    kind: "integer",
    min: 0,
    max: 1_000_000,
    description: "Position of the explained token (default: the file's, else the last node)",
    commands: ["causal"],
  },
  nodes: {
    name: "nodes",
    kind: "text",
    value: "0,3-8",
    description:
      "Positions that become nodes, in causal order (default: the file's, else every token up to the target)",
    commands: ["causal"],
  },
  centerRows: {
    name: "center-rows",
    kind: "flag",
    description:
      "Take the mean row of the nodes off each row first, as a covariance would; the published method does not",
    commands: ["causal"],
  },
  withoutKeys: {
    name: "without-keys",
    kind: "text",
    value: "0,3-8",
    description: "Positions whose columns are left out, such as attention sinks that make all rows alike",
    commands: ["causal"],
  },
  kind: {
    name: "kind",
    kind: "choice",
    choices: ["grounding", "curves", "occlusion", "place", "random-weights", "picture-noise", "stability"],
    default: "grounding",
    description:
      "What to measure: the grounding score of each token, deletion and insertion curves of maps, the fall without each patch, whether the place of --patches or --region is what matters, maps against random weights, or how often causes come back with noise on the picture or other settings",
    commands: ["measure"],
  },
  maps: {
    name: "maps",
    kind: "choices",
    choices: mapMethods,
    description: "Maps to measure, of curves and random-weights (default: those that the run holds)",
    commands: ["measure"],
  },
  over: {
    name: "over",
    kind: "choice",
    choices: ["patches", "text", "settings", "threshold", "layer", "noise"],
    description:
      "Of curves: patches (default) or text; of stability: what is varied, settings (default), threshold, layer, or noise on the attention",
    commands: ["measure"],
  },
  deviation: {
    name: "deviation",
    kind: "number",
    min: 0,
    max: 255,
    description: "Standard deviation of picture-noise, in levels of 0 to 255 (default: 4)",
    commands: ["measure"],
  },
  repeats: {
    name: "repeats",
    kind: "integer",
    min: 1,
    max: 1000,
    description: "How often picture-noise is drawn (default: 10)",
    commands: ["measure"],
  },
  timeLimit: {
    name: "time-limit",
    kind: "integer",
    min: 1,
    max: 86_400,
    default: 600,
    description: "Seconds that the search may take",
    commands: ["causal"],
  },
  evidence: {
    name: "evidence",
    kind: "choice",
    choices: ["causes", "relevancy", "attention", "image"],
    description:
      "What to take away: the causal explanation of a head, the tokens with the largest relevancy or attention, or the whole picture (default: causes, where no other option names something)",
    commands: ["verify"],
  },
  patches: {
    name: "patches",
    kind: "text",
    value: "3,5-9",
    description: "Patches to take away, by their number row by row from 0",
    commands: ["verify", "measure"],
  },
  region: {
    name: "region",
    kind: "text",
    value: "LEFT,TOP,WIDTH,HEIGHT",
    description: "Region of the first picture to take away, in pixels: every patch whose center lies in it",
    commands: ["verify", "measure"],
  },
  words: {
    name: "words",
    kind: "texts",
    value: "WORD...",
    description: "Words of the question to take away",
    commands: ["verify"],
  },
  heads: {
    name: "heads",
    kind: "text",
    value: "LAYER.HEAD,...",
    description: "Heads whose output is set to zero",
    commands: ["verify"],
  },
  testedLayer: {
    name: "layer",
    kind: "integer",
    min: 0,
    max: 9999,
    description: "Layer of the causal graph (default: the last)",
    commands: ["verify", "measure"],
  },
  testedHead: {
    name: "head",
    kind: "integer",
    min: 0,
    max: 9999,
    description: "Head of the causal graph (default: the most important one for the picture)",
    commands: ["verify", "measure"],
  },
  radius: {
    name: "radius",
    kind: "integer",
    min: 1,
    max: 3,
    default: 3,
    description: "Steps from the explained token up to which its causes are taken away",
    commands: ["verify"],
  },
  count: {
    name: "count",
    kind: "integer",
    min: 1,
    max: 100_000,
    default: 8,
    description: "How many tokens to take away, of the largest relevancy or attention",
    commands: ["verify"],
  },
  fill: {
    name: "fill",
    kind: "choice",
    choices: fills,
    default: "mean",
    description:
      "What takes the place of patches: the picture's mean color, a blur, noise, or nothing but that no later token may attend to them",
    commands: ["verify", "measure"],
  },
  sets: {
    name: "sets",
    kind: "choice",
    choices: ["20", "50", "200"],
    default: "20",
    description: "Random sets of the same size to compare with",
    commands: ["verify"],
  },
  minimal: {
    name: "minimal",
    kind: "flag",
    description: "Also search the smallest part of the set that still has its effect",
    commands: ["verify"],
  },
  save: { name: "save", kind: "flag", description: "Keep the result in the run file", commands: ["verify", "measure"] },
  format: {
    name: "format",
    kind: "choices",
    choices: exportFormats,
    description: "What to write (default: png, or what the ending of --out says)",
    commands: ["export"],
  },
  method: {
    name: "method",
    kind: "choice",
    choices: methods,
    description: "Which explanation to show (default: the first that the run holds)",
    commands: ["export"],
  },
  token: {
    name: "token",
    kind: "text",
    value: "INDEX_OR_WORD",
    description: "Answer token to explain (default: the one that looks most at the picture)",
    commands: ["export", "verify", "measure"],
  },
  layer: {
    name: "layer",
    kind: "integer",
    min: 0,
    max: 9999,
    description: "Layer of the language model (default: of the last third, the one that looks most at the picture)",
    commands: ["export"],
  },
  head: {
    name: "head",
    kind: "text",
    value: "N|mean",
    description: "Head, or the mean of all (default: the one that looks most at the picture)",
    commands: ["export"],
  },
  variant: {
    name: "variant",
    kind: "choice",
    choices: variants,
    description: "Of relevancy (default: the first that the run holds)",
    commands: ["export"],
  },
  map: {
    name: "map",
    kind: "choice",
    choices: mapParts,
    description:
      "Part of the model, of relevancy and LRP; combined2 is the published tool's second way (default: language)",
    commands: ["export"],
  },
  hideSinks: {
    name: "hide-sinks",
    kind: "flag",
    description: "Leave attention sinks out of the maps: image tokens that draw attention whatever is asked",
    commands: ["export"],
  },
  levels: {
    name: "levels",
    kind: "flag",
    description: "Also write what the model sees as a PNG for each picture",
    commands: ["preprocess"],
  },
  runFile: {
    name: "out",
    kind: "text",
    value: "NAME.run.safetensors",
    description: "Run file to write (default: after the first picture)",
    commands: ["explain"],
  },
  target: {
    name: "out",
    kind: "text",
    value: "FOLDER_OR_FILE",
    description: "Folder for the files, or the name of the file if there is one format (default: the run's folder)",
    commands: ["export"],
  },
  tensorFile: {
    name: "out",
    kind: "text",
    value: "NAME.safetensors",
    default: "pixel_values.safetensors",
    description: "File to write",
    commands: ["preprocess"],
  },
  force: { name: "force", kind: "flag", description: "Replace files that others made, too", commands: writing },
  json: { name: "json", kind: "flag", description: "Print the result as JSON", commands: reporting },
  help: { name: "help", kind: "flag", description: "Print this help", commands: ["serve", "demo", ...reporting] },
} as const satisfies Readonly<Record<string, OptionSpec>>;

export type OptionKey = keyof typeof optionTable;

type ValueOf<S extends OptionSpec> = S extends { kind: "flag" }
  ? boolean
  : S extends { kind: "texts" }
    ? readonly string[]
    : S extends { kind: "choice"; choices: readonly (infer C)[] }
      ? C
      : S extends { kind: "choices"; choices: readonly (infer C)[] }
        ? readonly C[]
        : S extends { kind: "text" }
          ? string
          : number;

type HasValue<S extends OptionSpec> = S extends { default: unknown } | { kind: "flag" | "texts" } ? true : false;

/** The values of every option. Those without a default are undefined where they are not given. */
export type OptionValues = {
  readonly [K in OptionKey]: HasValue<(typeof optionTable)[K]> extends true
    ? ValueOf<(typeof optionTable)[K]>
    : ValueOf<(typeof optionTable)[K]> | undefined;
};

/** The options of a command, in the order of the table. */
export function optionsOf(command: CommandName): [OptionKey, OptionSpec][] {
  return (Object.entries(optionTable) as [OptionKey, OptionSpec][]).filter(([, { commands }]) =>
    commands.includes(command),
  );
}
