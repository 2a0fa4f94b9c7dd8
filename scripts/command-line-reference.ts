/** @file The commands and their options as Markdown, from the options that the program itself reads. */
import { readFileSync } from "node:fs";
import { format, resolveConfig } from "prettier";
import { commands, type CommandName } from "../src/cli/command-table.ts";
import type { OptionSpec } from "../src/cli/option-spec.ts";
import { valueText } from "../src/cli/parse.ts";

/** The place in docs/command-line.md that this file fills. */
const referenceMarks = {
  begin: "<!-- Written by `npm run docs` from src/cli/options/. -->",
  end: "<!-- End of what `npm run docs` writes. -->",
} as const;

function values(spec: OptionSpec): string {
  if (spec.kind === "flag") return "";
  if (spec.kind === "choice" || spec.kind === "choices") {
    const choices = spec.choices.map((choice) => `\`${choice}\``).join(", ");
    return spec.kind === "choice" ? choices : `${choices}; several with commas`;
  }
  if (spec.kind === "text" || spec.kind === "texts") return `\`${spec.value ?? "TEXT"}\``;
  return valueText(spec);
}

function standard(spec: OptionSpec): string {
  const value = "default" in spec ? spec.default : undefined;
  if (value === undefined) return "";
  return `\`${Array.isArray(value) ? value.join(",") : String(value)}\``;
}

function row(spec: OptionSpec): string {
  const cells = [`\`--${spec.name}\``, values(spec), standard(spec), spec.description];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function section(name: CommandName): string {
  const { usage, summary, examples, options } = commands[name];
  return [
    `### ${name}`,
    `\`lvlm-interpret ${usage}\``,
    `${summary}.`,
    [
      "| option | values | default | what it does |",
      "| --- | --- | --- | --- |",
      ...Object.values(options).map(row),
    ].join("\n"),
    ["```sh", ...examples.map((example) => `npx lvlm-interpret ${example}`), "```"].join("\n"),
  ].join("\n\n");
}

/** Every command with its options, values and defaults. */
function commandLineReference(): string {
  return (Object.keys(commands) as CommandName[]).map(section).join("\n\n");
}

/** The document of this path with its reference written anew, as Prettier writes it. Throws an Error if the marks are missing. */
export async function withReference(path: string): Promise<string> {
  const document = readFileSync(path, "utf8");
  const begin = document.indexOf(referenceMarks.begin);
  const end = document.indexOf(referenceMarks.end);
  if (begin < 0 || end < begin) {
    throw new Error(`${path}: the marks of the reference are missing; put them back, begin and end.`);
  }
  const marked = [document.slice(0, begin) + referenceMarks.begin, commandLineReference(), document.slice(end)];
  return format(marked.join("\n\n"), { ...(await resolveConfig(path)), parser: "markdown" });
}
