/** @file The commands, each with its help, its options and the module that does it. */
import type { OptionSpecs } from "./option-spec.ts";
import { askOptions } from "./options/ask.ts";
import { causalOptions } from "./options/causal.ts";
import { causesOptions } from "./options/causes.ts";
import { explainOptions } from "./options/explain.ts";
import { exportOptions } from "./options/export.ts";
import { measureOptions } from "./options/measure.ts";
import { modelsOptions } from "./options/models.ts";
import { helpOption } from "./options/output.ts";
import { preprocessOptions } from "./options/preprocess.ts";
import { scoreOptions } from "./options/score.ts";
import { serveOptions, refusedByServe } from "./options/serve.ts";
import { verifyOptions } from "./options/verify.ts";
import { parseArguments, type Arguments, type CommandSyntax } from "./parse.ts";
import type { Session } from "./session.ts";

/** A command as its help describes it. */
interface Described<Specs extends OptionSpecs> extends CommandSyntax<Specs> {
  readonly usage: string;
  /** One sentence without its full stop. */
  readonly summary: string;
  readonly examples: readonly string[];
}

interface Command<Specs extends OptionSpecs> extends Described<Specs> {
  /** Does what the arguments after the command's name say. Throws a UsageError if they are wrong. */
  run(args: readonly string[], session: Session): Promise<void>;
}

/** A command whose module is loaded when it runs, so that help and errors of usage need none of the engine. */
function command<Specs extends OptionSpecs>({
  load,
  ...described
}: Described<Specs> & {
  readonly load: () => Promise<(args: Arguments<Specs>, session: Session) => Promise<void>>;
}): Command<Specs> {
  return {
    ...described,
    async run(args, session) {
      const parsed = parseArguments(described, args);
      const work = await load();
      await work(parsed, session);
    },
  };
}

/** What the program does without a command. */
export const defaultCommand = "serve";

export const commands = {
  serve: command({
    name: "serve",
    usage: "[serve] [OPTIONS]",
    summary: "Opens the page in the browser; this is also what happens without a command",
    examples: [
      "serve",
      "serve --model llava-hf/llava-1.5-7b-hf --port 8080 --no-open",
      "serve --host 0.0.0.0 --models checkpoints --runs runs",
    ],
    load: async () => (await import("./commands/serve.ts")).serveCommand,
    options: serveOptions,
    refused: refusedByServe,
  }),
  demo: command({
    name: "demo",
    usage: "demo",
    summary: "Explains a question about a demo picture, and writes run, pictures and page into ./out",
    examples: ["demo"],
    load: async () => (await import("./commands/demo.ts")).demoCommand,
    options: helpOption,
  }),
  ask: command({
    name: "ask",
    usage: "ask [--image FILE...] --question TEXT [OPTIONS]",
    summary: "Asks a question about pictures and prints the answer",
    examples: [
      'ask --image demo/examples/arrow-right.png --question "Which way does the arrow point?"',
      "ask --model llava-hf/llava-1.5-7b-hf --messages conversation.json --max-new-tokens 200",
    ],
    load: async () => (await import("./commands/ask.ts")).askCommand,
    options: askOptions,
  }),
  explain: command({
    name: "explain",
    usage: "explain [--image FILE...] --question TEXT [OPTIONS]",
    summary: "Asks a question and records why the model answers as it does, in a run file",
    examples: [
      'explain --image demo/examples/arrow-right.png --question "Which way does the arrow point?" --out arrow.run.safetensors',
    ],
    load: async () => (await import("./commands/explain.ts")).explainCommand,
    options: explainOptions,
  }),
  causes: command({
    name: "causes",
    usage: "causes RUN | [--image FILE...] --question TEXT [OPTIONS]",
    summary: "Finds what an answer token depends on, takes it away, asks again, and confirms it in another way",
    examples: [
      "causes arrow.run.safetensors --token right",
      'causes --image demo/examples/door-closed.png --question "Is the door open?" --kind image --json',
      "causes arrow.run.safetensors --method cleann --layer 5",
      "causes arrow.run.safetensors --method patching --with arrow-up.run.safetensors",
    ],
    load: async () => (await import("./commands/causes.ts")).causesCommand,
    options: causesOptions,
  }),
  verify: command({
    name: "verify",
    usage: "verify RUN | [--image FILE...] --question TEXT [OPTIONS]",
    summary: "Masks evidence, asks again, and compares the effect with that of random sets",
    examples: [
      "verify arrow.run.safetensors --token right",
      "verify arrow.run.safetensors --token right --evidence image",
      'verify --image demo/examples/door-closed.png --question "Is the door open?" --evidence image --json',
      "verify arrow.run.safetensors --token right --region 176,308,112,96 --fill blur --sets 200 --save",
    ],
    load: async () => (await import("./commands/verify.ts")).verifyCommand,
    options: verifyOptions,
  }),
  measure: command({
    name: "measure",
    usage: "measure RUN [OPTIONS]",
    summary: "Asks the model of a run again to measure its maps, its grounding or its causes",
    examples: [
      "measure arrow.run.safetensors",
      "measure arrow.run.safetensors --kind curves --token right --maps attention,rollout --save",
      "measure arrow.run.safetensors --kind place --token right --region 176,308,112,96",
      "measure arrow.run.safetensors --kind stability --over threshold --json",
    ],
    load: async () => (await import("./commands/measure.ts")).measureCommand,
    options: measureOptions,
  }),
  causal: command({
    name: "causal",
    usage: "causal --matrix FILE [OPTIONS]",
    summary: "Learns the causal graph of an attention matrix from elsewhere and prints it as JSON",
    examples: [
      "causal --matrix attention.json",
      "causal --matrix heads.safetensors --tensor layer31.head4 --target 593 --nodes 12,40-58,593 --variant reference",
    ],
    load: async () => (await import("./commands/causal.ts")).causalCommand,
    options: causalOptions,
  }),
  export: command({
    name: "export",
    usage: "export RUN [OPTIONS]",
    summary: "Makes pictures, tables or a page of a run file; no model is needed",
    examples: [
      "export arrow.run.safetensors",
      "export arrow.run.safetensors --format png,html --token right --layer 5 --head mean --out figures",
      "export arrow.run.safetensors --method rollout --out rollout.svg",
      "export arrow.run.safetensors --method minimal --format svg,csv,json --out figures",
      "export arrow.run.safetensors --method minimal --format svg,csv,json --out figures",
    ],
    load: async () => (await import("./commands/export.ts")).exportCommand,
    options: exportOptions,
  }),
  score: command({
    name: "score",
    usage: "score RUN --box LEFT,TOP,RIGHT,BOTTOM... | --mask FILE... [OPTIONS]",
    summary: "Scores every map and every head of a run against an object that you mark; no model is needed",
    examples: [
      "score arrow.run.safetensors --mask demo/examples/masks/arrow-right.png",
      "score arrow.run.safetensors --box 120,170,330,280 --token right --by iou --out scores.csv",
      "score two.run.safetensors --box 0:10,20,80,90 1:5,5,60,60 --json",
    ],
    load: async () => (await import("./commands/score.ts")).scoreCommand,
    options: scoreOptions,
  }),
  models: command({
    name: "models",
    usage: "models [pull HUB_ID | check PATH_OR_ID] [OPTIONS]",
    summary: "Lists what is supported and what is in the cache, downloads a model, or checks one without computing",
    examples: [
      "models",
      "models pull llava-hf/llava-1.5-7b-hf",
      "models check llava-hf/llava-1.5-7b-hf --image-size 960x686",
      'models check demo --image demo/examples/arrow-right.png --question "Which way does the arrow point?" --json',
    ],
    load: async () => (await import("./commands/models.ts")).modelsCommand,
    options: modelsOptions,
  }),
  preprocess: command({
    name: "preprocess",
    usage: "preprocess --image FILE... [OPTIONS]",
    summary: "Writes the pixel values that the model would get of pictures",
    examples: ["preprocess --image demo/examples/arrow-right.png --fit pad --levels --out arrow.safetensors"],
    load: async () => (await import("./commands/preprocess.ts")).preprocessCommand,
    options: preprocessOptions,
  }),
};

export type CommandName = keyof typeof commands;

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}
