import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { commands } from "../src/cli/command-table.ts";
import { parseArguments } from "../src/cli/parse.ts";
import { checkSchemaDocument } from "../scripts/check-schema.ts";
import { withReference } from "../scripts/command-line-reference.ts";
import { withFeatureTable } from "../scripts/feature-table.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const atRoot = ["README.md", "FEATURES.md", "CHANGELOG.md", "CONTRIBUTING.md", "demo/README.md"];
const documents = [
  ...atRoot,
  ...readdirSync(join(root, "docs")).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : [])),
];

function read(document: string): string {
  return readFileSync(join(root, document), "utf8");
}

/** Targets of links and pictures that lie in the repository. */
function relativeTargets(text: string): string[] {
  const prose = text.replace(/```[\s\S]*?```/g, "");
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? match[2]!);
  return targets.filter((target) => !/^(?:[a-z]+:|#)/.test(target)).map((target) => target.replace(/#.*$/, ""));
}

/** The words of a line of shell: quoted ones stay whole. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2]!);
}

/** What follows the program's name in the shell examples of a document. */
function exampleArguments(text: string): string[][] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) => match[1]!.split("\n"));
  return blocks.flatMap((line) => {
    const call = /(?:npx lvlm-interpret|npm start --) (?=[a-z])(.*?)(?:\s+#.*)?$/.exec(line);
    return call ? [wordsOf(call[1]!)] : [];
  });
}

describe.each(documents)("%s", (document) => {
  it("links only to files that exist", () => {
    const missing = relativeTargets(read(document)).filter(
      (target) => !existsSync(join(root, dirname(document), decodeURIComponent(target))),
    );
    expect(missing).toEqual([]);
  });

  it("shows only commands and options that the program takes", () => {
    for (const [command, ...rest] of exampleArguments(read(document))) {
      expect(Object.keys(commands)).toContain(command);
      expect(() => parseArguments(commands[command as keyof typeof commands], rest)).not.toThrow();
    }
  });
});

describe("docs/images/question-to-pixels.svg", () => {
  it("names only files and folders that exist", () => {
    const named = [...read("docs/images/question-to-pixels.svg").matchAll(/class="file">([^<]+)</g)].map(
      ([, path]) => path!,
    );
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe("docs/command-line.md", () => {
  it("has every command and option with its values and default; `npm run docs` writes them", async () => {
    const written = read("docs/command-line.md");
    expect(await withReference(join(root, "docs/command-line.md"))).toBe(written);
    for (const { options } of Object.values(commands)) {
      for (const { name } of Object.values(options)) expect(written).toContain(`\`--${name}\``);
    }
  });
});

describe("docs/check.schema.json", () => {
  it("is the schema of the program; `npm run docs` writes it", async () => {
    expect(await checkSchemaDocument(join(root, "docs/check.schema.json"))).toBe(read("docs/check.schema.json"));
  });
});

describe("FEATURES.md", () => {
  it("marks the models by the cases that the tests run; `npm run docs` writes it", async () => {
    expect(await withFeatureTable(join(root, "FEATURES.md"))).toBe(read("FEATURES.md"));
  });
});
