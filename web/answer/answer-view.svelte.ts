/** @file What the answer strip shows of the open run, as it follows from the selection and arrives. */
import { live } from "../data/live.ts";
import { nameOfHead } from "../run/attention-source.ts";
import { createKept } from "../data/kept.ts";
import { exactRelevancyRows } from "../../src/run/maps.ts";
import { imageAttention, imageParts } from "../../src/findings/image-share.ts";
import { chosenTokens } from "../run/chosen-tokens.ts";
import type { OpenRun } from "../run/open-run.svelte.ts";
import type { TokenColoring } from "../selection/selection.ts";
import type { TokenMarks } from "../map/tab.ts";
import type { Page } from "../state/page.svelte.ts";
import type { LoadedTabs } from "../tabs/loaded-tabs.svelte.ts";
import { answerFigure } from "./answer-figure.ts";
import { coloringInUse, coloringLabels, questionShares, tokenValues, type TokenValues } from "./token-values.ts";

export function createAnswerView(page: Page, tabs: LoadedTabs, openRun: () => OpenRun) {
  const keepValues = createKept<TokenValues>();
  const keepAttention = createKept<readonly number[]>();
  const keepChosen = createKept<readonly number[]>();
  const keepShown = createKept<readonly number[]>();
  const keepMarks = createKept<TokenMarks>();

  const run = $derived(openRun());
  const layer = $derived(page.selection.layer);
  const head = $derived(page.selection.head);
  const patches = $derived(page.selection.patches);
  const coloring = $derived(coloringInUse(run, page.selection));
  // Layer, head and patches are read only where they count, so that choosing a head colors nothing anew that does not depend on it.
  const values = $derived.by(() => {
    const ofHead = coloring === "attention" || coloring === "patches";
    const place = ofHead ? { layer, head, patches } : { layer: null, head: null, patches: [] };
    return keepValues(`${run.id}.${coloring}`, tokenValues(run, coloring, place));
  });
  const attention = $derived.by(() => {
    const rows = run.layout.imagePositions.length > 0 ? run.answerAttention(layer, head) : undefined;
    return keepAttention(run.id, rows && imageAttention(rows.data, run.layout));
  });
  const relevancy = $derived(run.tensor(exactRelevancyRows));
  const parts = $derived.by(() => {
    const { tokens, memory } = run.document.description;
    return relevancy && imageParts(relevancy.data, { tokens, memory, predicting: run.layout.predicting });
  });
  const known = (tokens: readonly number[]) => (tokens.length > 0 ? tokens : undefined);
  const selectedTokens = $derived(page.selection.tokens);
  const chosen = $derived(keepChosen(run.id, known(chosenTokens(run, { tokens: selectedTokens }))) ?? []);
  const shownTokens = $derived(page.shown.tokens);
  const shown = $derived(keepShown(run.id, known(chosenTokens(run, { tokens: shownTokens }))) ?? []);
  const question = $derived(run.layout.questionWords);
  const questionTint = $derived.by(() => {
    const positions = question.flatMap((word) => word.positions);
    return relevancy && shown.length > 0 ? questionShares(relevancy, { tokens: shown, positions }) : undefined;
  });
  const marks = $derived.by(() => {
    const { shown, otherRun } = page;
    return keepMarks(`${run.id}.${shown.tab}`, tabs.marks({ run, otherRun, shown })) ?? {};
  });
  const colorings = $derived.by(() => {
    const all: TokenColoring[] = run.layout.imagePositions.length > 0 ? ["source", "attention"] : ["source"];
    all.push("probability", "surprise");
    if (patches.length > 0 && run.attentionLayers.length > 0) all.push("patches");
    return all.map((value) => ({ value, label: coloringLabels[value] }));
  });
  const figure = $derived(
    answerFigure({
      run,
      shown: values,
      attention,
      parts,
      head: nameOfHead({ layer, head }),
      selected: chosen.length === 1 ? chosen[0]! : null,
    }),
  );

  return live({
    run: () => run,
    coloring: () => coloring,
    colorings: () => colorings,
    values: () => values,
    /** Attention on the image of each answer token, at the chosen layer and head or their mean. */
    attention: () => attention,
    parts: () => parts,
    /** Answer tokens that are selected, and those that are hovered in their place. */
    chosen: () => chosen,
    shown: () => shown,
    question: () => question,
    /** 0 to 1 for each question token; undefined while relevancy is not known. */
    questionTint: () => questionTint,
    /** What the open tab marks. */
    marks: () => marks,
    figure: () => figure,
  });
}

export type AnswerView = ReturnType<typeof createAnswerView>;
