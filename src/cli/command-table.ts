/** @file The commands, each with its help and the module that does it. */
import type { CommandName } from "./options.ts";
import type { Arguments } from "./parse.ts";
import type { Session } from "./session.ts";

export interface Command {
  readonly usage: string;
  /** One sentence without its full stop. */
  readonly summary: string;
  readonly examples: readonly string[];
  /** Loads the command's module, so that help and errors of usage need none of the engine. */
  load(): Promise<(args: Arguments, session: Session) => Promise<void>>;
}

/** What the program does without a command. */
export const defaultCommand: CommandName = "serve";

export const commands: Readonly<Record<CommandName, Command>> = {
  serve: {
    usage: "[serve] [OPTIONS]",
    summary: "Opens the page in the browser; this is also what happens without a command",
    examples: [
      "serve",
      "serve --model llava-hf/llava-1.5-7b-hf --port 8080 --no-open",
      "serve --host 0.0.0.0 --models checkpoints --runs runs",
    ],
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  demo: {
    usage: "demo",
    summary: "Explains a question about a demo picture, and writes run, pictures and page into ./out",
    examples: ["demo"],
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
  ask: {
    usage: "ask --image FILE... --question TEXT [OPTIONS]",
    summary: "Asks a question about pictures and prints the answer",
    examples: [
      'ask --image demo/examples/arrow-right.png --question "Which way does the arrow point?"',
      "ask --model llava-hf/llava-1.5-7b-hf --messages conversation.json --max-new-tokens 200",
    ],
    load: async () => (await import("./commands/ask.ts")).askCommand,
  },
  explain: {
    usage: "explain --image FILE... --question TEXT [OPTIONS]",
    summary: "Asks a question and records why the model answers as it does, in a run file",
    examples: [
      'explain --image demo/examples/arrow-right.png --question "Which way does the arrow point?" --out arrow.run.safetensors',
    ],
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  verify: {
    usage: "verify RUN | --image FILE... --question TEXT [OPTIONS]",
    summary: "Takes evidence away, asks again, and compares the effect with that of random sets",
    examples: [
      "verify arrow.run.safetensors --token right",
      "verify arrow.run.safetensors --token right --evidence image",
      'verify --image demo/examples/door-closed.png --question "Is the door open?" --evidence image --json',
      "verify arrow.run.safetensors --token right --region 176,308,112,96 --fill blur --sets 200 --save",
    ],
    load: async () => (await import("./commands/verify.ts")).verifyCommand,
  },
  measure: {
    usage: "measure RUN [OPTIONS]",
    summary: "Asks the model of a run again to measure its maps, its grounding or its causes",
    examples: [
      "measure arrow.run.safetensors",
      "measure arrow.run.safetensors --kind curves --token right --maps attention,rollout --save",
      "measure arrow.run.safetensors --kind place --token right --region 176,308,112,96",
      "measure arrow.run.safetensors --kind stability --over threshold --json",
    ],
    load: async () => (await import("./commands/measure.ts")).measureCommand,
  },
  causal: {
    usage: "causal --matrix FILE [OPTIONS]",
    summary: "Learns the causal graph of an attention matrix from elsewhere and prints it as JSON",
    examples: [
      "causal --matrix attention.json",
      "causal --matrix heads.safetensors --tensor layer31.head4 --target 593 --nodes 12,40-58,593 --variant reference",
    ],
    load: async () => (await import("./commands/causal.ts")).causalCommand,
  },
  export: {
    usage: "export RUN [OPTIONS]",
    summary: "Makes pictures, tables or a page of a run file; no model is needed",
    examples: [
      "export arrow.run.safetensors",
      "export arrow.run.safetensors --format png,html --token right --layer 5 --head mean --out figures",
      "export arrow.run.safetensors --method rollout --out rollout.svg",
    ],
    load: async () => (await import("./commands/export.ts")).exportCommand,
  },
  models: {
    usage: "models [pull HUB_ID] [OPTIONS]",
    summary: "Lists what is supported and what is in the cache, or downloads a model",
    examples: ["models", "models pull llava-hf/llava-1.5-7b-hf"],
    load: async () => (await import("./commands/models.ts")).modelsCommand,
  },
  preprocess: {
    usage: "preprocess --image FILE... [OPTIONS]",
    summary: "Writes the pixel values that the model would get of pictures",
    examples: ["preprocess --image demo/examples/arrow-right.png --fit pad --levels --out arrow.safetensors"],
    load: async () => (await import("./commands/preprocess.ts")).preprocessCommand,
  },
};

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(commands, word);
}
