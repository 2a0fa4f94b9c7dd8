/** @file The options of `serve`. */
import type { OptionSpecs } from "../option-spec.ts";
import { memoryOption, modelOption, precisionOption } from "./model.ts";
import { helpOption } from "./output.ts";

export const serveOptions = {
  host: {
    name: "host",
    kind: "text",
    value: "ADDRESS",
    default: "127.0.0.1",
    description: "Where to listen; at another address than this computer's own the page asks for a token",
  },
  port: {
    name: "port",
    kind: "integer",
    min: 1,
    max: 65535,
    description: "Port to listen at (default: the first free one from 7861)",
  },
  noOpen: { name: "no-open", kind: "flag", description: "Leave the browser closed" },
  runs: {
    name: "runs",
    kind: "text",
    value: "FOLDER",
    description: "Folder of the saved runs (default: lvlm-interpret/runs in the user's folder of data)",
  },
  models: {
    name: "models",
    kind: "texts",
    value: "FOLDER...",
    description: "Folders of checkpoints that the page may load, besides the models in the cache",
  },
  tokenFile: {
    name: "token-file",
    kind: "text",
    value: "FILE",
    description:
      "File with what the page asks for before it opens (default: LVLM_INTERPRET_TOKEN of the environment, else random if others can reach it, else none)",
  },
  ...modelOption,
  ...precisionOption,
  ...memoryOption,
  ...helpOption,
} as const satisfies OptionSpecs;

/** Options that `serve` does not have on purpose, with the sentence that says why. */
export const refusedByServe: Readonly<Record<string, string>> = {
  "--token":
    "A token on the command line can be read in the list of processes; put it into the environment variable LVLM_INTERPRET_TOKEN, or into a file that --token-file names.",
};
