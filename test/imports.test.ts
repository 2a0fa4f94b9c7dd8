/** @file The shape of the source: no circle of imports, and no room or file that has grown past its limit. */
import { readFileSync, readdirSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Source files of a folder without tests, as paths from the root, with their text. */
function sourcesOf(folder: string): Map<string, string> {
  const paths = readdirSync(resolve(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.(ts|svelte)$/.test(path) && !path.endsWith(".test.ts"))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`);
  return new Map(paths.map((path) => [path, readFileSync(resolve(root, path), "utf8")]));
}

const sources = new Map([...sourcesOf("src"), ...sourcesOf("web")]);

/** Files that a file imports, of types too. In a component the scan passes over the markup, which imports nothing. */
function importsOf(path: string, text: string): string[] {
  return ts
    .preProcessFile(path.endsWith(".svelte") ? scriptsOf(text) : text)
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => relative(root, resolve(root, dirname(path), fileName)).replaceAll("\\", "/"))
    .filter((imported) => sources.has(imported));
}

function scriptsOf(component: string): string {
  return [...component.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, script]) => script).join("\n");
}

/** Groups of files that import each other in a circle (Tarjan, "Depth-first search and linear graph algorithms", 1972). */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  function visit(file: string): void {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const next of imports.get(file)!) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1 || imports.get(file)!.includes(file)) circles.push(group.sort());
  }
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** What the code of a file imports when it runs: neither types nor, in components, markup. */
function valueImportsOf(path: string, text: string): string[] {
  const code = path.endsWith(".svelte") ? scriptsOf(text) : text;
  const dynamicImports = code.includes("import(");
  const imported: string[] = [];
  function visit(node: ts.Node): void {
    const dynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
    const specifier = dynamic
      ? node.arguments[0]
      : ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : undefined;
    if (specifier !== undefined && ts.isStringLiteral(specifier) && !hasTypesAlone(node)) imported.push(specifier.text);
    if (ts.isSourceFile(node) || dynamicImports) ts.forEachChild(node, visit);
  }
  visit(ts.createSourceFile(path, code, ts.ScriptTarget.Latest));
  return imported;
}

function hasTypesAlone(node: ts.Node): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node) || node.importClause === undefined) return false;
  const { phaseModifier, name, namedBindings } = node.importClause;
  if (phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  return (
    name === undefined &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every(({ isTypeOnly }) => isTypeOnly)
  );
}

/** The chains of imports that lead from files to modules of Node or packages with native code. */
function chainsToNode(files: readonly string[], all: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const seen = new Set(files);
  const open = files.map((file) => [file]);
  for (const chain of open) {
    const file = chain.at(-1)!;
    for (const imported of valueImportsOf(file, all.get(file)!)) {
      if (builtinModules.includes(imported) || /^(node:|sharp$|onnxruntime-node)/.test(imported)) {
        found.push([...chain, imported].join(" > "));
      }
      const path = relative(root, resolve(root, dirname(file), imported)).replaceAll("\\", "/");
      if (!imported.startsWith(".") || !all.has(path) || seen.has(path)) continue;
      seen.add(path);
      open.push([...chain, path]);
    }
  }
  return found;
}

/** A list of `eslint.config.js`, which is the one place that names the rooms for browsers. */
function listOfLint(name: string): string[] {
  const config = readFileSync(resolve(root, "eslint.config.js"), "utf8");
  const [, list] = new RegExp(`const ${name} = \\[(.*?)\\];`, "s").exec(config)!;
  return [...list!.matchAll(/"([^"]+)"/g)].map(([, entry]) => entry!);
}

describe("imports", () => {
  test("the scan reads scripts and components, and finds a circle", () => {
    expect(importsOf("src/cli/program.ts", sources.get("src/cli/program.ts")!)).toContain("src/cli/command-table.ts");
    expect(importsOf("web/main.ts", sources.get("web/main.ts")!)).toContain("web/App.svelte");
    expect(importsOf("web/App.svelte", sources.get("web/App.svelte")!)).not.toEqual([]);
    const imports = { a: ["b"], b: ["c", "e"], c: ["d"], d: ["b"], e: [], f: ["f"] };
    expect(circlesOf(new Map(Object.entries(imports)))).toEqual([["b", "c", "d"], ["f"]]);
  });

  test("form no circle", () => {
    expect(circlesOf(new Map([...sources].map(([path, text]) => [path, importsOf(path, text)])))).toEqual([]);
  });

  test("of rooms for browsers lead to no module of Node", () => {
    const rooms = listOfLint("browserRooms");
    expect(rooms).toEqual(expect.arrayContaining(["explain", "findings", "tokenizer", "checkpoint"]));
    const forNode = listOfLint("nodeFiles").map((path) => path.replace("**", ""));
    const files = [...sources.keys()].filter(
      (path) =>
        path.startsWith("web/") ||
        (rooms.includes(path.split("/")[1]!) && !forNode.some((start) => path.startsWith(start))),
    );
    expect(chainsToNode(files, sources)).toEqual([]);
  });

  test("that lead to Node through another file are found, and types are not followed", () => {
    const all = new Map([
      [
        "a.ts",
        'import { type T, b } from "./b.ts";\nimport type { c } from "./c.ts";\nexport type { T } from "node:path";',
      ],
      ["b.ts", 'export { d } from "./d.ts";\nimport { type T } from "node:fs";'],
      ["c.ts", 'import "node:fs";'],
      ["d.ts", 'await import("node:vm");\nimport fs from "fs";'],
    ]);
    expect(chainsToNode(["a.ts"], all)).toEqual(["a.ts > b.ts > d.ts > node:vm", "a.ts > b.ts > d.ts > fs"]);
  });
});

describe("sizes without tests", () => {
  const linesOf = (text: string) => text.split("\n").length - 1;

  test("no file has more than 600 lines", () => {
    expect([...sources].filter(([, text]) => linesOf(text) > 600).map(([path]) => path)).toEqual([]);
  });

  test("no room of src/ has more than 4,500 lines", () => {
    const rooms = new Map<string, number>();
    for (const [path, text] of sources) {
      const [folder, room] = path.split("/");
      if (folder === "src") rooms.set(room!, (rooms.get(room!) ?? 0) + linesOf(text));
    }
    expect(rooms.size).toBeGreaterThan(20);
    expect([...rooms].filter(([, lines]) => lines > 4500)).toEqual([]);
  });
});
