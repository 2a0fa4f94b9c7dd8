/** @file The figures of causes that a run holds, as SVG documents. */
import { graphPool } from "../../causes/graph-pool.ts";
import { graphEdges } from "../../cause-figure/causal-graph/graph-edges.ts";
import { graphTokens, namedRun } from "../../cause-figure/causal-graph/graph-tokens.ts";
import { treeLayout } from "../../cause-figure/causal-graph/layout/tree-layout.ts";
import { causesFigure, type FramedPicture, type FramedWord } from "../../cause-figure/causes-figure.ts";
import { cleannFigure, cleannFigureSize } from "../../cause-figure/cleann-figure.ts";
import { cleannSentence, headText } from "../../cause-figure/cleann-text.ts";
import { flowFigure } from "../../cause-figure/flow-figure.ts";
import { namedGroups } from "../../cause-figure/flow-layout.ts";
import { flowSentence, flowUnit } from "../../cause-figure/flow-text.ts";
import { groupPatches, listedCauses, sentencesOf, type ListedCause } from "../../cause-figure/found-causes.ts";
import { alternativesSentence } from "../../cause-figure/cause-text.ts";
import { scoreText } from "../../figure/score-text.ts";
import type { FigureLook } from "../../figure/figure-layout.ts";
import { quoted, shownText } from "../../figure/token-names.ts";
import { runGraphs } from "../../findings/causes/run-graphs.ts";
import { boxAround, visibleBox } from "../../image/geometry.ts";
import type { Box } from "../../image/types.ts";
import { wordsAt } from "../../methods/token-words.ts";
import { NotRecordedError } from "../../run/attention-block.ts";
import type { CausalGraphFinding } from "../../run/causes.ts";
import { defaultGridChoice, drawnGrids } from "../../run/grids.ts";
import { imageTokens, questionPositions, type ImageToken } from "../../run/positions.ts";
import type { Run, RunDescription } from "../../run/types.ts";
import { frameOf } from "../figures.ts";
import { decodedPicture, pictureUrl } from "../picture-pixels.ts";
import { causeName } from "./cause-name.ts";
import type { CauseSelection } from "./cause-selection.ts";

/** A figure, and the picture that it is of if the run has several. */
export interface CauseFigure {
  readonly picture?: number | undefined;
  readonly svg: string;
}

type Selected<Method extends CauseSelection["method"]> = Extract<CauseSelection, { readonly method: Method }>;

/** Where an image token lies, in pixels of its picture; undefined without a place. */
function boxOf({ images }: RunDescription, { image, cell }: ImageToken): Box | undefined {
  const picture = images[image]!;
  return cell && visibleBox(picture.grids[cell.grid]!, cell, picture);
}

/** Image tokens of a picture that sets hold and that are not framed, in a sentence each. */
function unseenNotes({ placeless, undrawn }: { placeless: number; undrawn: number }): string[] {
  return [
    ...(placeless > 0
      ? [`${placeless} image ${placeless === 1 ? "token has" : "tokens have"} no place on the picture.`]
      : []),
    ...(undrawn > 0
      ? [`${undrawn} ${undrawn === 1 ? "patch lies" : "patches lie"} on tiles, which are not drawn.`]
      : []),
  ];
}

/** The patches of each set on one picture, and what of them has no frame. */
function framedOn(
  description: RunDescription,
  { image, sets, grids }: { image: number; sets: readonly ListedCause[]; grids: Selected<"minimal">["grids"] },
) {
  const tokens = imageTokens(description);
  const drawn = drawnGrids(description.images[image]!, grids ?? defaultGridChoice);
  let [placeless, undrawn] = [0, 0];
  const boxes = new Map<number, Box[]>();
  for (const { number, patches } of sets) {
    for (const token of patches.map((patch) => tokens[patch]!).filter((each) => each.image === image)) {
      const box = boxOf(description, token);
      if (box === undefined) placeless += 1;
      else if (!drawn.includes(token.cell!.grid)) undrawn += 1;
      else boxes.set(number, [...(boxes.get(number) ?? []), box]);
    }
  }
  return { boxes, notes: unseenNotes({ placeless, undrawn }) };
}

/** Which of several pictures a set lies on: " of picture 2", " of pictures 1 and 2". */
function placeText(description: RunDescription, { patches }: ListedCause): string {
  const tokens = imageTokens(description);
  const on = [...new Set(patches.map((patch) => tokens[patch]!.image + 1))].sort((a, b) => a - b);
  if (description.images.length < 2 || on.length === 0) return "";
  return on.length === 1 ? ` of picture ${on[0]!}` : ` of pictures ${on.slice(0, -1).join(", ")} and ${on.at(-1)!}`;
}

/** The words of the question with the sets that they belong to; none if no set has a word. */
function framedWords(description: RunDescription, sets: readonly ListedCause[]): FramedWord[] {
  if (sets.every(({ words }) => words.length === 0)) return [];
  const setOf = new Map(sets.flatMap(({ number, set }) => set.positions.map((position) => [position, number])));
  const words = wordsAt(description.tokens, questionPositions(description));
  return words.map(({ text, positions }) => {
    const member = positions.find((position) => setOf.has(position));
    return { text, set: member === undefined ? undefined : setOf.get(member) };
  });
}

async function minimalFigures(run: Run, { group, result, grids }: Selected<"minimal">, look: FigureLook) {
  const { description } = run;
  const { images } = description;
  const named = namedRun(description);
  const sets = listedCauses(named, result);
  const kinds = [result.image, result.text];
  const figure = {
    sets,
    sentences: [
      ...sentencesOf(named, result, shownText(group.text)),
      ...kinds.flatMap((causes) => (causes && alternativesSentence(causes)) ?? []),
    ],
    words: framedWords(description, sets),
    placeOf: (cause: ListedCause) => placeText(description, cause),
  };
  const frame = (which: string) =>
    frameOf(run, {
      layout: look.layout,
      subject: "Smallest causes",
      detail: `of ${quoted(shownText(group.text))}, by its ${scoreText(description, result.request.score)}${which}`,
    });
  if (images.length === 0) return [{ svg: causesFigure({ ...frame(""), ...figure, notes: [] }, look.painter) }];
  const figures: CauseFigure[] = [];
  for (const [image, { width, height }] of images.entries()) {
    const { boxes, notes } = framedOn(description, { image, sets, grids });
    const picture: FramedPicture = {
      dataUrl: await pictureUrl(await decodedPicture(run, image)),
      width,
      height,
      boxes,
    };
    const several = images.length > 1;
    const which = several ? `, picture ${image + 1} of ${images.length}` : "";
    const svg = causesFigure({ ...frame(which), ...figure, picture, notes }, look.painter);
    figures.push({ picture: several ? image : undefined, svg });
  }
  return figures;
}

/** Cuts out what image tokens of one picture see; undefined without a place. */
async function pieceCutter(run: Run): Promise<(patches: readonly number[]) => Promise<string | undefined>> {
  const { description } = run;
  const tokens = imageTokens(description);
  const pictures = await Promise.all(description.images.map((_, image) => decodedPicture(run, image)));
  return async (patches) => {
    const own = patches.map((patch) => tokens[patch]!);
    const boxes = own.flatMap((token) => boxOf(description, token) ?? []);
    const [first] = own;
    if (first === undefined || boxes.length === 0) return undefined;
    const picture = pictures[first.image]!;
    const { left, top, width, height } = boxAround(boxes);
    const scale = picture.width / description.images[first.image]!.width;
    return pictureUrl(picture, { left: left * scale, top: top * scale, width: width * scale, height: height * scale });
  };
}

async function flowFigures(run: Run, { group, result, edges }: Selected<"flow">, look: FigureLook) {
  const { description } = run;
  const { layout } = namedRun(description);
  const cut = await pieceCutter(run);
  const word = quoted(shownText(group.text));
  const flow = namedGroups(result, word);
  const pieces = new Map<string, string | undefined>();
  for (const { name, positions } of flow.groups) pieces.set(name, await cut(groupPatches(layout, { positions })));
  const svg = flowFigure(
    {
      ...frameOf(run, {
        layout: look.layout,
        subject: "Flow graph",
        detail: `from picture and question to ${word}, by its ${scoreText(description, result.request.score)}`,
      }),
      flow: { result: flow, choice: edges, pieceOf: ({ name }) => pieces.get(name) },
      unit: flowUnit(result),
      sentence: flowSentence(result),
    },
    look.painter,
  );
  return [{ svg }];
}

/** The graph that the sets of a head were taken from: as the run holds it, or learned anew from the attention that it recorded. */
async function graphOfHead(run: Run, { result, head }: Selected<"cleann">): Promise<CausalGraphFinding | undefined> {
  const { token, layer, variant, alpha, samples, signRule, threshold } = result.request;
  const pool = graphPool({ threads: 1 });
  try {
    const query = { token, layer, head, variant, alpha, samples, signRule, threshold };
    return (await runGraphs(run, [query], { pool }))[0];
  } catch (error) {
    if (error instanceof NotRecordedError) return undefined;
    throw error;
  } finally {
    await pool.close();
  }
}

async function cleannFigures(run: Run, selection: Selected<"cleann">, look: FigureLook): Promise<CauseFigure[]> {
  const { group, result, layer, head } = selection;
  const { description } = run;
  const finding = await graphOfHead(run, selection);
  const hasTree = finding !== undefined && finding.explanation.length > 0;
  const inTree = new Set(hasTree ? [finding.target, ...finding.explanation] : []);
  const tokens = hasTree
    ? graphTokens(namedRun(description), finding).filter(({ position }) => inTree.has(position))
    : [];
  const cut = await pieceCutter(run);
  const pieces = new Map<number, string | undefined>();
  for (const { patch } of tokens) if (patch !== undefined) pieces.set(patch, await cut([patch]));
  const size = { ...cleannFigureSize, width: look.layout.width ?? cleannFigureSize.width };
  const graph = hasTree
    ? {
        drawn: treeLayout({ tree: finding.tree, tokens, edges: graphEdges(finding), ...size }),
        pieceOf: (patch: number) => pieces.get(patch),
        marked: new Set(result.heads[head]!.sets.flat()),
      }
    : undefined;
  const nameOf = (place: number): string => causeName(description, place);
  const svg = cleannFigure(
    {
      ...frameOf(run, {
        layout: look.layout,
        subject: "CLEANN",
        detail: `tree of causes of ${quoted(shownText(group.text))}, layer ${layer}, head ${head}, and what its sets do`,
      }),
      graph,
      tokens,
      sentence: cleannSentence(result, quoted(shownText(group.text))),
      heads: result.heads.map((each) => headText(each, nameOf)),
      head,
    },
    look.painter,
  );
  return [{ svg }];
}

/** The figures of a selection: of minimal causes one a picture. Throws an Error if a picture cannot be read. */
export function causeFigures(run: Run, selection: CauseSelection, look: FigureLook): Promise<CauseFigure[]> {
  switch (selection.method) {
    case "minimal":
      return minimalFigures(run, selection, look);
    case "flow":
      return flowFigures(run, selection, look);
    case "cleann":
      return cleannFigures(run, selection, look);
  }
}
