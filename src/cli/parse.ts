/** @file Reads the arguments of a command by its options. */
import { parseArgs } from "node:util";
import { quote } from "../json/quote.ts";
import { parseBytes } from "../program/memory.ts";
import type { OptionSpec, OptionSpecs, OptionValues } from "./option-spec.ts";
import { UsageError } from "./usage-error.ts";

export interface Arguments<Specs extends OptionSpecs> {
  readonly values: OptionValues<Specs>;
  readonly positionals: readonly string[];
}

/** What a command takes. */
export interface CommandSyntax<Specs extends OptionSpecs> {
  readonly name: string;
  readonly options: Specs;
  /** Options that the command does not have on purpose, as they are written, with the sentence that says why. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** What parts of the command line say, before any value is read. */
interface Written {
  /** By the code's name of the option. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
}

/** Reads the arguments that follow a command's name. Throws a UsageError that names the option and says what it takes. */
export function parseArguments<Specs extends OptionSpecs>(
  command: CommandSyntax<Specs>,
  args: readonly string[],
): Arguments<Specs> {
  const { values: written, positionals } = readWritten(command, args);
  const values = Object.fromEntries(
    Object.entries(command.options).map(([key, spec]) => {
      const texts = written.get(key);
      return [key, texts === undefined ? defaultOf(spec) : readValue(spec, texts)];
    }),
  );
  return { values: values as OptionValues<Specs>, positionals };
}

function defaultOf(spec: OptionSpec): unknown {
  if (spec.kind === "flag") return false;
  if (spec.kind === "texts") return [];
  return "default" in spec ? spec.default : undefined;
}

function readWritten(command: CommandSyntax<OptionSpecs>, args: readonly string[]): Written {
  const options = Object.entries(command.options);
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      options.map(([, { name, kind }]) => [name, { type: kind === "flag" ? "boolean" : "string" } as const]),
    ),
    strict: false,
    tokens: true,
    allowPositionals: true,
  });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  let open: string[] | undefined;
  for (const token of tokens) {
    if (token.kind === "option-terminator") {
      open = undefined;
      continue;
    }
    if (token.kind === "positional") {
      // "--image a.png b.png": what follows belongs to the option, as the shell expands patterns.
      (open ?? positionals).push(token.value);
      continue;
    }
    const found = options.find(([, { name }]) => name === token.name && token.rawName.startsWith("--"));
    if (found === undefined) throw unknownOption(command, token.rawName);
    const [key, spec] = found;
    open = undefined;
    if (spec.kind === "flag") {
      if (token.value !== undefined)
        throw new UsageError(`--${spec.name} takes no value; leave ${quote(token.value)} out.`);
      values.set(key, []);
      continue;
    }
    const isForgotten = token.value === undefined || (!token.inlineValue && /^--[a-z]/.test(token.value));
    if (isForgotten) throw new UsageError(`--${spec.name} needs a value; write ${valueText(spec)} after it.`);
    const list = spec.kind === "texts" ? (values.get(key) ?? []) : [];
    list.push(token.value);
    values.set(key, list);
    if (spec.kind === "texts") open = list;
  }
  return { values, positionals };
}

function unknownOption({ name: command, options, refused }: CommandSyntax<OptionSpecs>, written: string): UsageError {
  const refusal = refused?.[written];
  if (refusal !== undefined) return new UsageError(refusal);
  const names = Object.values(options).map(({ name }) => `--${name}`);
  const bare = written.replace(/^-+/, "");
  const near = names.find((name) => name.slice(2).startsWith(bare) || bare.startsWith(name.slice(2)));
  const hint = near === undefined ? `lvlm-interpret ${command} --help lists its options` : `did you mean ${near}?`;
  return new UsageError(`${command} has no option ${quote(written)}; ${hint}${near === undefined ? "." : ""}`);
}

/** What an option takes, in words. */
export function valueText(spec: OptionSpec): string {
  switch (spec.kind) {
    case "integer":
      return `a whole number from ${spec.min} to ${spec.max}`;
    case "number":
      return `a number from ${spec.min} to ${spec.max}`;
    case "choice":
      return spec.choices.join(", ").replace(/, ([^,]*)$/, " or $1");
    case "choices":
      return `one or more of ${spec.choices.join(",")}, with commas between them`;
    case "bytes":
      return "a size such as 512MB or 8GB";
    default:
      return spec.value === "FILE..." ? "the path of a file" : (spec.value ?? "a text");
  }
}

function readValue(spec: OptionSpec, texts: readonly string[]): unknown {
  if (spec.kind === "flag") return true;
  if (spec.kind === "texts") return texts;
  const text = texts.at(-1)!;
  if (text === "") throw new UsageError(`--${spec.name} is empty; write ${valueText(spec)} after it.`);
  const value = readSingle(spec, text);
  if (value === undefined) {
    throw new UsageError(`--${spec.name} must be ${valueText(spec)}, got ${quote(text)}.`);
  }
  return value;
}

/** The value, or undefined if the text is none. */
function readSingle(spec: Exclude<OptionSpec, { kind: "flag" | "texts" }>, text: string): unknown {
  switch (spec.kind) {
    case "text":
      return text;
    case "bytes":
      return parseBytes(text);
    case "choice":
      return spec.choices.find((choice) => choice === text);
    case "choices":
      return readChoices(spec.choices, text);
    case "integer":
    case "number":
      return readNumber(spec, text);
  }
}

function readNumber({ kind, min, max }: { kind: "integer" | "number"; min: number; max: number }, text: string) {
  const isNumber = kind === "integer" ? /^\d+$/.test(text) : /^(\d+(\.\d*)?|\.\d+)(e-?\d+)?$/i.test(text);
  const value = Number(text);
  return isNumber && value >= min && value <= max ? value : undefined;
}

function readChoices(choices: readonly string[], text: string): string[] | undefined {
  const parts = text.split(",").map((part) => part.trim());
  return parts.every((part) => choices.includes(part)) ? [...new Set(parts)] : undefined;
}
