/** @file The shape of the source: no circle of imports, and no room or file that has grown past its limit. */
import { readFileSync, readdirSync } from "node:fs";
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

describe("imports", () => {
  test("the scan reads scripts and components, and finds a circle", () => {
    expect(importsOf("src/cli/main.ts", sources.get("src/cli/main.ts")!)).toContain("src/cli/command-table.ts");
    expect(importsOf("web/main.ts", sources.get("web/main.ts")!)).toContain("web/App.svelte");
    expect(importsOf("web/App.svelte", sources.get("web/App.svelte")!)).not.toEqual([]);
    const imports = { a: ["b"], b: ["c", "e"], c: ["d"], d: ["b"], e: [], f: ["f"] };
    expect(circlesOf(new Map(Object.entries(imports)))).toEqual([["b", "c", "d"], ["f"]]);
  });

  test("form no circle", () => {
    expect(circlesOf(new Map([...sources].map(([path, text]) => [path, importsOf(path, text)])))).toEqual([]);
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
