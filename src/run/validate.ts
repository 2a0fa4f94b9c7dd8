/** @file Reads the JSON of a run and trusts none of it: format, fields, and that its parts fit each other. */
import { checkJson } from "../json/check-json.ts";
import { measureJson } from "../json/json-structure.ts";
import { quote } from "../json/quote.ts";
import { checkFindings } from "./check-findings.ts";
import { liftDescription, readFormats } from "./lift.ts";
import { descriptionSchema, runLimits } from "./schema.ts";
import { runFormat, type RunDescription } from "./types.ts";

/** Name of the file, for messages. */
interface FileName {
  readonly file: string;
}

/**
 * Parses the JSON of a run. Throws an Error that names the file and the field if it is of a newer format, damaged, or
 * contradicts itself.
 */
export function parseDescription(json: string, { file }: FileName): RunDescription {
  const value = liftDescription(parseJson(json, file));
  checkFormat(value, file);
  const { data, issue } = checkJson(descriptionSchema, value);
  if (issue !== undefined) {
    const field = fieldName(issue.path);
    throw new Error(
      `${file}: the run's ${field} is not valid (${issue.reason}); the file is damaged or was not written by lvlm-interpret.`,
    );
  }
  checkAnswer(data, file);
  checkViews(data, file);
  checkImageTokens(data, file);
  checkFindings(data, file);
  return data;
}

function fieldName(path: readonly PropertyKey[]): string {
  const joined = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  return joined === "" ? "description" : quote(joined.replace(/^\./, ""));
}

function parseJson(json: string, file: string): unknown {
  if (json.length > runLimits.jsonLength) {
    throw new Error(
      `${file}: the run's description has ${json.length} characters; the limit is ${runLimits.jsonLength}.`,
    );
  }
  const { depth, containers } = measureJson(new TextEncoder().encode(json));
  if (depth > runLimits.jsonDepth || containers > runLimits.jsonContainers) {
    throw new Error(
      `${file}: the run's description holds ${containers} objects and lists up to ${depth} levels deep; ` +
        `the limits are ${runLimits.jsonContainers} and ${runLimits.jsonDepth}.`,
    );
  }
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Error(`${file}: the run's description is not valid JSON; the file is damaged.`, { cause });
  }
}

function checkFormat(value: unknown, file: string): void {
  const format = typeof value === "object" && value !== null && "format" in value ? value.format : undefined;
  if (typeof format === "number" && format > runFormat) {
    throw new Error(
      `${file} was written by a newer version (format ${format}); this version reads formats ${readFormats.join(" and ")}; update lvlm-interpret.`,
    );
  }
  if (format !== runFormat) {
    throw new Error(
      `${file}: the run's format is ${quote(format)}; this version reads formats ${readFormats.join(" and ")}.`,
    );
  }
}

function checkAnswer({ answer, answerTokens, decisive, tokens }: RunDescription, file: string): void {
  const { start, end } = answer;
  if (start < 1 || start > end || end !== tokens.length) {
    throw new Error(
      `${file}: the run's answer is tokens ${start} to ${end} of ${tokens.length}; it must follow a prompt and end with the last token.`,
    );
  }
  if (answerTokens.length !== end - start) {
    throw new Error(
      `${file}: the run's answerTokens has ${answerTokens.length} entries for an answer of ${end - start} tokens.`,
    );
  }
  if (decisive !== undefined && decisive.index >= end - start) {
    throw new Error(
      `${file}: the run's decisive word is answer token ${decisive.index}, but the answer has ${end - start} tokens.`,
    );
  }
  for (let i = start; i < end; i++) {
    const { role } = tokens[i]!;
    if (role !== "answer" && role !== "special") {
      throw new Error(`${file}: the run's tokens[${i}] is part of the answer but has the role "${role}".`);
    }
  }
}

/** Views of a picture name its grids, each in one view at most. */
function checkViews({ images }: RunDescription, file: string): void {
  for (const [image, { grids, views = [] }] of images.entries()) {
    const named = views.flatMap((view) => view.grids);
    const wrong = named.find((grid, i) => grid >= grids.length || named.indexOf(grid) !== i);
    if (wrong === undefined) continue;
    throw new Error(
      `${file}: a view of the run's image ${image} names grid ${wrong}, which ${wrong < grids.length ? "another one has" : `does not exist: there are ${grids.length}`}.`,
    );
  }
}

/**
 * Image tokens of a picture with a row and column, in the sequence or in memory, must walk its grids row by row, one grid after the other.
 */
function checkImageTokens({ tokens, memory, images }: RunDescription, file: string): void {
  const walks = images.map(({ grids }) => ({ grids, grid: 0, cell: 0 }));
  const named = [
    ...tokens.map((token, i) => [`tokens[${i}]`, token] as const),
    ...memory.map((token, m) => [`memory[${m}]`, { role: "image", ...token }] as const),
  ];
  for (const [name, { role, image, row, col }] of named) {
    const where = `${file}: the run's ${name}`;
    const placed = row !== undefined && col !== undefined;
    if (role !== "image") {
      if (image !== undefined || row !== undefined || col !== undefined) {
        throw new Error(
          `${where} has the role "${role}" but an image, a row or a column, which only image tokens have.`,
        );
      }
      continue;
    }
    const walk = image === undefined ? undefined : walks[image];
    if (image === undefined || walk === undefined) {
      throw new Error(
        `${where} belongs to ${image === undefined ? "no image" : `image ${image}`}, but the run has ${images.length} images.`,
      );
    }
    if (!placed) {
      if (row === undefined && col === undefined) continue;
      throw new Error(`${where} has a row or a column without the other.`);
    }
    const grid = walk.grids[walk.grid];
    if (grid === undefined || row !== Math.floor(walk.cell / grid.cols) || col !== walk.cell % grid.cols) {
      throw new Error(
        `${where} lies at row ${row}, column ${col}, which is not the next cell of the grids of image ${image}.`,
      );
    }
    walk.cell++;
    if (walk.cell === grid.rows * grid.cols) {
      walk.grid++;
      walk.cell = 0;
    }
  }
  for (const [image, { grids, grid, cell }] of walks.entries()) {
    const begun = grid > 0 || cell > 0;
    if (begun && grid < grids.length) {
      throw new Error(`${file}: the run's image ${image} has fewer image tokens than its grids have cells.`);
    }
  }
}
