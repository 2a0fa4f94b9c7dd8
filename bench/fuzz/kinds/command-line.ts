/** @file Arguments of every command: its options and values, those of others, and what no command has. Nothing is carried out. */
import { causalLayersOf } from "../../../src/cli/causal-options.ts";
import { commands, isCommandName, type CommandName } from "../../../src/cli/command-table.ts";
import { commandHelp } from "../../../src/cli/help.ts";
import { readIndexList } from "../../../src/cli/index-list.ts";
import type { OptionSpec } from "../../../src/cli/option-spec.ts";
import { parseArguments } from "../../../src/cli/parse.ts";
import type { FuzzKind } from "../kind.ts";
import { hostileNumber } from "../json-mutations.ts";
import { PropertyFault } from "../outcome.ts";
import type { Random } from "../random.ts";
import { hostileText, mutateText } from "../text-mutations.ts";

const names = Object.keys(commands) as CommandName[];

/** A value that the option may take, or nearly. */
function valueFor(spec: OptionSpec, random: Random): string {
  if (random.chance(0.2)) return hostileText(random);
  if (random.chance(0.15)) return String(hostileNumber(random));
  switch (spec.kind) {
    case "integer":
    case "number":
      return String(random.pick([spec.min, spec.max, spec.min - 1, spec.max + 1, (spec.min + spec.max) / 2]));
    case "choice":
    case "choices": {
      const chosen = [random.pick(spec.choices), random.pick(spec.choices)].join(random.chance(0.5) ? "," : ", ");
      return random.chance(0.6) ? random.pick(spec.choices) : chosen;
    }
    case "bytes":
      return random.pick(["8GB", "512MB", "1", "0", "-1GB", "1e9", "9999999999999TB", "1.5 GiB", "GB"]);
    default:
      return random.pick([
        "a.png",
        "0,3-8",
        "3-1",
        "last",
        "all",
        "1.2,3.4",
        "10,10,20,20",
        "contrast:no",
        "mean",
        "Why?",
      ]);
  }
}

function argumentsOf(command: CommandName, random: Random): string[] {
  const own: readonly OptionSpec[] = Object.values(commands[command].options);
  const every: readonly OptionSpec[] = Object.values(commands).flatMap(({ options }) =>
    Object.values<OptionSpec>(options),
  );
  return Array.from({ length: random.below(6) }, () => {
    if (random.chance(0.1)) return [hostileText(random)];
    const spec = random.pick(random.chance(0.9) ? own : every);
    const written = `--${random.chance(0.92) ? spec.name : mutateText(spec.name, random)}`;
    if (spec.kind === "flag") return [random.chance(0.95) ? written : `${written}=${hostileText(random)}`];
    if (random.chance(0.05)) return [written];
    const value = valueFor(spec, random);
    return random.chance(0.7) ? [written, value] : [`${written}=${value}`];
  }).flat();
}

function requireInRange(command: CommandName, values: Readonly<Record<string, unknown>>): void {
  for (const [key, spec] of Object.entries<OptionSpec>(commands[command].options)) {
    const value = values[key];
    if (value === undefined || (spec.kind !== "integer" && spec.kind !== "number")) continue;
    if (typeof value !== "number" || !(value >= spec.min && value <= spec.max)) {
      throw new PropertyFault(`--${spec.name} is ${JSON.stringify(value)}.`);
    }
  }
}

export const commandLineKind: FuzzKind = {
  name: "command-line",
  label: "command line",
  share: 180,
  open: () => ({
    tryInput(random, show) {
      const written = random.chance(0.97) ? random.pick(names) : hostileText(random);
      const command = isCommandName(written) ? written : "ask";
      const args = argumentsOf(command, random);
      show([written, ...args]);
      if (random.chance(0.01)) commandHelp(command);
      const values: Readonly<Record<string, unknown>> = parseArguments(commands[command], args).values;
      requireInRange(command, values);
      if (command === "explain") causalLayersOf(values.layers as string, 6);
      for (const [text, option] of [
        [values.nodes, "nodes"],
        [values.patches, "patches"],
        [values.withoutKeys, "without-keys"],
      ] as const) {
        if (typeof text === "string" && readIndexList(text, option).some((index) => !Number.isInteger(index))) {
          throw new PropertyFault(`--${option} holds no numbers.`);
        }
      }
    },
  }),
};
