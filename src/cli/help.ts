/** @file Help texts, from the options of the commands. */
import { commands, type CommandName } from "./command-table.ts";
import type { OptionSpec } from "./option-spec.ts";

const nameColumn = 34;
const lineWidth = 100;

/** Words in lines that begin at the second column. */
function wrapped(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + 1 + word.length > lineWidth - nameColumn) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join(`\n${" ".repeat(nameColumn)}`);
}

/** A name in lines that end between two of its choices, those after the first further in. */
function brokenName(name: string): string {
  const lines: string[] = [];
  let line = "  ";
  for (const part of name.split(/(?<=[|,])/)) {
    if (line.length + part.length > lineWidth) {
      lines.push(line);
      line = "      ";
    }
    line += part;
  }
  return [...lines, line].join("\n");
}

function entry(name: string, text: string): string {
  const label = brokenName(name);
  const gap = label.length + 2 > nameColumn ? `\n${" ".repeat(nameColumn)}` : " ".repeat(nameColumn - label.length);
  return `${label}${gap}${wrapped(text)}`;
}

function valueName(spec: OptionSpec): string {
  switch (spec.kind) {
    case "flag":
      return "";
    case "choice":
      return ` ${spec.choices.join("|")}`;
    case "choices":
      return ` ${spec.choices.join(",")}`;
    case "integer":
    case "number":
      return " N";
    default:
      return ` ${spec.value ?? "TEXT"}`;
  }
}

function optionEntry(spec: OptionSpec): string {
  const notes: string[] = [];
  if (spec.kind === "integer" || spec.kind === "number") {
    if (spec.max < 9999) notes.push(`${spec.min} to ${spec.max}`);
  }
  const standard = "default" in spec ? spec.default : undefined;
  if (standard !== undefined) notes.push(`default: ${Array.isArray(standard) ? standard.join(",") : String(standard)}`);
  const text = notes.length === 0 ? spec.description : `${spec.description} (${notes.join("; ")})`;
  return entry(`--${spec.name}${valueName(spec)}`, text);
}

/** The help of one command. */
export function commandHelp(name: CommandName): string {
  const { usage, summary, examples, options } = commands[name];
  return [
    `Usage: lvlm-interpret ${usage}`,
    "",
    `${summary}.`,
    "",
    "Options:",
    ...Object.values(options).map(optionEntry),
    "",
    "Examples:",
    ...examples.map((example) => `  lvlm-interpret ${example}`),
    "",
  ].join("\n");
}

/** The help of the program. */
export function programHelp(): string {
  return [
    "Usage: lvlm-interpret [COMMAND] [OPTIONS]",
    "",
    "Looks inside large vision-language models: ask about a picture, and see why the model answers as it does.",
    "",
    "Commands:",
    ...Object.entries(commands).map(([name, { summary }]) => entry(name, summary)),
    "",
    entry("COMMAND --help", "The options of a command"),
    entry("--version", "The version of this program"),
    "",
    "Without a command it opens the page in the browser, as serve does.",
    "",
  ].join("\n");
}
