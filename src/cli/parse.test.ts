import { describe, expect, it } from "vitest";
import { commands } from "./command-table.ts";
import { commandHelp, programHelp } from "./help.ts";
import type { OptionSpec, OptionSpecs } from "./option-spec.ts";
import { parseArguments, type CommandSyntax } from "./parse.ts";
import { UsageError } from "./usage-error.ts";

describe("parseArguments", () => {
  it("fills in defaults", () => {
    expect(parseArguments(commands.ask, []).values).toMatchObject({
      model: "demo",
      image: [],
      fit: "default",
      maxNewTokens: 64,
      minNewTokens: 0,
      temperature: 0,
      topP: 1,
      topK: 0,
      seed: 0,
      precision: "auto",
      device: "auto",
      maxMemory: undefined,
      json: false,
    });
    expect(parseArguments(commands.explain, []).values).toMatchObject({
      methods: ["attention", "rollout", "lens"],
      record: "default",
    });
  });

  it("reads every kind of value", () => {
    const args = [
      "--temperature",
      "0.7",
      "--top-k=40",
      "--max-memory",
      "8GB",
      "--fit",
      "pad",
      "--json",
      "--top-p",
      ".5",
    ];
    expect(parseArguments(commands.ask, args).values).toMatchObject({
      temperature: 0.7,
      topK: 40,
      maxMemory: 8e9,
      fit: "pad",
      json: true,
      topP: 0.5,
    });
    expect(parseArguments(commands.explain, ["--method", "lens,attention,lens"]).values.methods).toEqual([
      "lens",
      "attention",
    ]);
  });

  it("takes several pictures after one --image, and several --image", () => {
    const { values, positionals } = parseArguments(commands.ask, [
      "--image",
      "a.png",
      "b.png",
      "--json",
      "--image",
      "c.png",
    ]);
    expect(values.image).toEqual(["a.png", "b.png", "c.png"]);
    expect(positionals).toEqual([]);
  });

  it("keeps what belongs to no option", () => {
    expect(parseArguments(commands.export, ["a.run", "--layer", "3"]).positionals).toEqual(["a.run"]);
    expect(parseArguments(commands.ask, ["--question", "x", "y"]).positionals).toEqual(["y"]);
  });

  it("takes a value that begins with a dash after an equals sign", () => {
    expect(parseArguments(commands.ask, ["--question=--why?"]).values.question).toBe("--why?");
  });

  it("takes the last of values given twice", () => {
    expect(parseArguments(commands.ask, ["--seed", "1", "--seed", "2"]).values.seed).toBe(2);
  });

  it.each([
    ["ask", ["--temperature", "3"], '--temperature must be a number from 0 to 2, got "3".'],
    ["ask", ["--temperature", "-1"], '--temperature must be a number from 0 to 2, got "-1".'],
    ["ask", ["--temperature", "warm"], '--temperature must be a number from 0 to 2, got "warm".'],
    ["ask", ["--temperature", "Infinity"], "--temperature must be a number"],
    ["ask", ["--max-new-tokens", "0"], "--max-new-tokens must be a whole number from 1 to 512"],
    ["ask", ["--max-new-tokens", "513"], "--max-new-tokens must be a whole number from 1 to 512"],
    ["ask", ["--top-k", "2.5"], "--top-k must be a whole number from 0 to 100"],
    ["ask", ["--top-p", "0"], "--top-p must be a number from 0.05 to 1"],
    ["ask", ["--seed", "0x10"], "--seed must be a whole number"],
    ["ask", ["--fit", "stretch"], '--fit must be default, crop, resize or pad, got "stretch".'],
    ["ask", ["--precision", "int8"], "--precision must be f32, f16 or auto"],
    ["ask", ["--device", "cuda"], "--device must be cpu or auto"],
    ["ask", ["--max-memory", "much"], "--max-memory must be a size such as 512MB or 8GB"],
    ["ask", ["--question"], "--question needs a value; write TEXT after it."],
    ["ask", ["--image"], "--image needs a value; write the path of a file after it."],
    ["ask", ["--image", "--json"], "--image needs a value"],
    ["ask", ["--question", ""], "--question is empty"],
    ["ask", ["--json=yes"], '--json takes no value; leave "yes" out.'],
    ["ask", ["--method", "lens"], 'ask has no option "--method"'],
    ["ask", ["--max-new", "3"], 'ask has no option "--max-new"; did you mean --max-new-tokens?'],
    ["ask", ["-q", "x"], 'ask has no option "-q"; did you mean --question?'],
    ["ask", ["--zoom", "x"], 'ask has no option "--zoom"; lvlm-interpret ask --help lists its options.'],
    ["explain", ["--method", "saliency"], "--method must be one or more of attention,rollout,lens"],
    ["explain", ["--method", "lens,"], "--method must be one or more of attention,rollout,lens"],
    [
      "export",
      ["--method", "lens,rollout"],
      "--method must be attention, rollout, lens, tam, relevancy, gradient-rollout, grad-cam, lrp, integrated-gradients, causal, regions, occlusion, minimal, flow or cleann",
    ],
    ["export", ["--layer", "-1"], "--layer must be a whole number"],
  ] as const)("refuses %s %j", (command, args, message) => {
    const syntax: CommandSyntax<OptionSpecs> = commands[command];
    expect(() => parseArguments(syntax, args)).toThrow(UsageError);
    expect(() => parseArguments(syntax, args)).toThrow(message);
  });
});

describe("commands", () => {
  it.each(Object.entries(commands))("%s has its name, and one option of a name", (key, { name, options }) => {
    expect(name).toBe(key);
    const names = Object.values<OptionSpec>(options).map((option) => option.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("commandHelp", () => {
  it.each(["ask", "explain", "verify", "causal", "export", "models", "preprocess"] as const)(
    "lists every option of %s",
    (command) => {
      const help = commandHelp(command);
      for (const { name } of Object.values(commands[command].options)) expect(help).toContain(`--${name}`);
      for (const line of help.split("Examples:")[0]!.split("\n")) expect(line.length).toBeLessThanOrEqual(101);
    },
  );

  it("shows ranges and defaults", () => {
    expect(commandHelp("ask")).toMatch(/--temperature N .*\(0 to\s+2; default: 0\)/s);
  });
});

describe("programHelp", () => {
  it("lists the commands", () => {
    for (const name of ["serve", "demo", "ask", "explain", "export", "models", "preprocess"])
      expect(programHelp()).toContain(`  ${name} `);
  });
});
