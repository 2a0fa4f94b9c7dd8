/** @file A run as one self-contained HTML page: the page of the program over a smaller copy of the run. */
import { readFile } from "node:fs/promises";
import { isDrawnAlike } from "../../image/drawn-alike.ts";
import { compactRun } from "../../run/compact-run.ts";
import { imageTokens } from "../../run/positions.ts";
import { originalPicture, type RunPicture } from "../../run/pictures.ts";
import { lastQuestion } from "../../run/question.ts";
import type { ReportStart } from "../../run/report-start.ts";
import type { Run } from "../../run/types.ts";
import { readPicture } from "../../picture-work/read-picture.ts";
import { tokenMaps } from "../maps.ts";
import { hasPatchMap, type Selection } from "../selection.ts";
import { renderReportPage, type BuiltPage } from "./report-page.ts";

const builtFolder = new URL("../../../dist/report/", import.meta.url);

/** Pictures of more bytes are made smaller, so that the page stays one that can be mailed. */
const maxPictureBytes = 4_000_000;
const maxPictureSide = 1600;

/** The report of a run as one HTML document that loads nothing, opened at a place. Throws if the program was not built. */
export async function htmlPage(run: Run, start: ReportStart, runName: string): Promise<string> {
  const { description } = run;
  return renderReportPage(await builtPage(), {
    facts: { run: runName, start },
    file: await compactRun(run, { picture: (image) => shownPicture(run, image) }),
    program: description.program,
    question: lastQuestion(description),
    answer: description.answerText,
  });
}

/** The parts of the page that reports are made of. Throws if the program was not built. */
export async function builtPage(): Promise<BuiltPage> {
  const [script, style, licenses] = await Promise.all(["report.js", "report.css", "licenses.txt"].map(builtFile));
  return { script: script!, style: style!, licenses: licenses! };
}

/** Where the report of a map opens: at its method, and at the picture on which most of it lies. */
export async function reportStart(run: Run, selection: Selection): Promise<ReportStart> {
  const { group, hideSinks, grids, ...choice } = selection;
  const { head, layer, ...rest } = { head: undefined, layer: undefined, ...choice };
  return {
    ...rest,
    tokens: group.tokens,
    hideSinks,
    ...(grids === undefined ? {} : { grids }),
    ...(layer === undefined ? {} : { layer }),
    ...(typeof head === "number" ? { head } : {}),
    picture: await mainPicture(run, selection),
  };
}

/** The picture on which most of the map lies. */
async function mainPicture(run: Run, { group, ...choice }: Selection): Promise<number> {
  const { images } = run.description;
  const sums = images.map(() => 0);
  if (sums.length < 2 || !hasPatchMap(choice, run.description)) return 0;
  const { data } = await tokenMaps(run, choice, group.tokens);
  const owners = imageTokens(run.description);
  for (const [i, value] of data.entries()) sums[owners[i % owners.length]!.image]! += value;
  return sums.indexOf(Math.max(...sums));
}

async function builtFile(name: string): Promise<string> {
  try {
    return await readFile(new URL(name, builtFolder), "utf8");
  } catch (cause) {
    throw new Error(`dist/report/${name} is missing, which HTML pages are made with; run npm run build.`, { cause });
  }
}

/** The picture if a browser draws it and it is small, else as a JPEG. */
async function shownPicture(run: Run, picture: number): Promise<RunPicture> {
  const original = await originalPicture(run, picture);
  const { bytes, mediaType } = original;
  if (isDrawnAlike(bytes, mediaType) && bytes.length <= maxPictureBytes) return original;
  const task = { kind: "jpeg", side: maxPictureSide } as const;
  const jpeg = await readPicture(bytes, { name: `picture ${picture} of the run`, task });
  return { bytes: jpeg.bytes, mediaType: "image/jpeg" };
}
