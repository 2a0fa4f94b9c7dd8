/** @file The options of `npm run bench:truth`. */
import { parseArgs } from "node:util";
import { scenesNames, type Scenes } from "./questions.ts";
import { sectionNames, type SectionName } from "./sections.ts";

/** What is done: the sections, the comparison of two models, the list of questions, or the scores of maps that others made. */
type Mode = "sections" | "pair" | "questions" | "maps";

export interface TruthOptions {
  readonly mode: Mode;
  readonly json: boolean;
  readonly sections: ReadonlySet<SectionName>;
  /** At most this many questions, spread evenly; undefined for all. */
  readonly limit: number | undefined;
  readonly scenes: Scenes;
  readonly writeGrounding: boolean;
  /** Whether the tables are written into docs/truth.md. */
  readonly writeTables: boolean;
  /** Folder of the maps that are scored. */
  readonly maps: string | undefined;
}

/** Throws an Error if the section does not exist, or its coefficients are to be written without it. */
function sectionsOf(only: string | undefined, writesGrounding: boolean): ReadonlySet<SectionName> {
  if (only === undefined) return new Set(writesGrounding ? ["grounding"] : sectionNames);
  const section = sectionNames.find((name) => name === only);
  if (section === undefined) throw new Error(`--only takes ${sectionNames.join(", ")}, got "${only}".`);
  if (writesGrounding && section !== "grounding") {
    throw new Error(`--write-grounding needs --only grounding, got "${only}".`);
  }
  return new Set([section]);
}

function limitOf(limit: string | undefined): number | undefined {
  if (limit === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(limit)) throw new Error(`--limit takes a number of questions from 1 on, got "${limit}".`);
  return Number(limit);
}

/** Throws an Error if there are no such scenes, or coefficients are to be fitted to those that are kept apart, or to a part of them. */
function scenesOf(name: string, { writes, limit }: { writes: boolean; limit: number | undefined }): Scenes {
  const scenes = scenesNames.find((each) => each === name);
  if (scenes === undefined) throw new Error(`--scenes takes ${scenesNames.join(" or ")}, got "${name}".`);
  if (writes && (scenes !== "first" || limit !== undefined)) {
    throw new Error("--write-grounding fits to all of the first scenes; leave --scenes and --limit out.");
  }
  return scenes;
}

/** Reads the options. Throws an Error in one sentence if they do not go together. */
export function truthOptions(args: readonly string[]): TruthOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: "boolean", default: false },
      only: { type: "string" },
      pair: { type: "boolean", default: false },
      questions: { type: "boolean", default: false },
      maps: { type: "string" },
      limit: { type: "string" },
      scenes: { type: "string", default: "first" },
      "write-grounding": { type: "boolean", default: false },
      "write-tables": { type: "boolean", default: false },
    },
  });
  const { json, only, maps, "write-grounding": writes, "write-tables": writeTables } = values;
  const modes: readonly Mode[] = [
    ...(values.pair ? (["pair"] as const) : []),
    ...(values.questions ? (["questions"] as const) : []),
    ...(maps === undefined ? [] : (["maps"] as const)),
    ...(only !== undefined || writes ? (["sections"] as const) : []),
  ];
  if (modes.length > 1) throw new Error("--only, --pair, --questions and --maps are different runs; give one of them.");
  const limit = limitOf(values.limit);
  const mode = modes[0] ?? "sections";
  if (writeTables && (limit !== undefined || mode === "questions" || mode === "maps")) {
    throw new Error("--write-tables keeps the tables of all questions; leave --limit, --questions and --maps out.");
  }
  return {
    mode,
    sections: sectionsOf(only, writes),
    scenes: scenesOf(values.scenes, { writes, limit }),
    ...{ json, limit, maps, writeGrounding: writes, writeTables },
  };
}
