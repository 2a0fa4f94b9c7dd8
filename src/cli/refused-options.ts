/** @file Options that a command does not have, though one might look for them. */
import type { CommandName } from "./option-spec.ts";

/** Options that commands do not have on purpose, as they are written, with the sentence that says why. */
export const refusedOptions: Readonly<Partial<Record<CommandName, Readonly<Record<string, string>>>>> = {
  serve: {
    "--token":
      "A token on the command line can be read in the list of processes; put it into the environment variable LVLM_INTERPRET_TOKEN, or into a file that --token-file names.",
  },
};
