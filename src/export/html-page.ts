/** @file A run as one self-contained HTML page. */
import { readFile } from "node:fs/promises";
import { isDrawnAlike } from "../image/drawn-alike.ts";
import { buildReportData } from "../figure/report/build-report-data.ts";
import type { ReportEvidence, ReportEvidenceEntry, ReportStart } from "../figure/report/report-data.ts";
import { renderReportPage } from "../figure/report/report-page.ts";
import { explainedBy } from "../run/explained.ts";
import { imageTokenPositions } from "../run/positions.ts";
import { askedPicture } from "../run/pictures.ts";
import type { Run } from "../run/types.ts";
import { answerWords } from "../findings/answer-words.ts";
import { strongestInputs, textAgainstImage } from "../findings/evidence.ts";
import type { ExplainedGroup } from "../findings/evidence.ts";
import { readPicture } from "../picture-work/read-picture.ts";
import { imageSinks } from "../findings/sinks.ts";
import { tensorName } from "./selection.ts";
import type { Selection } from "./selection.ts";
import { vocabularyTexts } from "../run/vocabulary.ts";

const viewerFolder = new URL("../../dist/", import.meta.url);

/** Pictures of more bytes are made smaller, so that the page stays one that can be mailed. */
const maxPictureBytes = 4_000_000;
const maxPictureSide = 1600;

/** The report of a run as one HTML document that loads nothing, opened at the selection. Throws where the program was not built. */
export async function htmlPage(run: Run, selection: Selection): Promise<string> {
  const [script, style] = await Promise.all([viewerFile("report-viewer.js"), viewerFile("report-viewer.css")]);
  const data = await buildReportData(run, {
    tokenText: vocabularyTexts(run.description),
    pictureUrl: (picture) => pictureUrl(run, picture),
    start: startOf(selection),
    words: answerWords(run.description),
    sinks: await imageSinks(run),
    evidence: await evidenceData(run),
  });
  return renderReportPage({ description: run.description, data, script, style });
}

async function evidenceData(run: Run): Promise<ReportEvidence | null> {
  const against = await textAgainstImage(run);
  if (against === null) return null;
  const { description } = run;
  const positions = imageTokenPositions(description);
  const entry = ({ tokens, text, evidence }: ExplainedGroup): ReportEvidenceEntry => ({
    ...{ tokens, text, imagePart: evidence.imagePart },
    inputs: strongestInputs(evidence, description.images.length).map(({ label, relevancy, patch }) => ({
      ...{ label, relevancy },
      imageToken: patch === null ? null : positions.indexOf(patch.position),
    })),
  });
  const { target } = explainedBy(description, "relevancy");
  return { target, tokens: against.tokens.map(entry), words: against.words.map(entry) };
}

function startOf(selection: Selection): ReportStart {
  const token = selection.group.tokens[0]!;
  if (selection.method !== "attention") {
    return { token, map: tensorName(selection) };
  }
  const { layer, head } = selection;
  return { token, map: null, layer, head: head === "mean" ? undefined : head };
}

async function viewerFile(name: string): Promise<string> {
  try {
    return await readFile(new URL(name, viewerFolder), "utf8");
  } catch (cause) {
    throw new Error(`dist/${name} is missing, which HTML pages are made with; run npm run build.`, { cause });
  }
}

async function pictureUrl(run: Run, picture: number): Promise<string> {
  const { bytes, mediaType } = await askedPicture(run, picture);
  if (isDrawnAlike(bytes, mediaType) && bytes.length <= maxPictureBytes) {
    return `data:${mediaType};base64,${Buffer.from(bytes).toString("base64")}`;
  }
  const task = { kind: "jpeg", side: maxPictureSide } as const;
  const jpeg = await readPicture(bytes, { name: `picture ${picture} of the run`, task });
  return `data:image/jpeg;base64,${Buffer.from(jpeg.bytes).toString("base64")}`;
}
