/** @file The command `explain`. */
import { stat } from "node:fs/promises";
import { parse } from "node:path";
import { explainWithCauses } from "../../causes/explain-causes.ts";
import { explain } from "../../explain/explain.ts";
import type { Method } from "../../run/map-catalogue.ts";
import { causalMethod } from "../../run/maps.ts";
import { runFileEnding } from "../../run/run-id.ts";
import { quote } from "../../json/quote.ts";
import { answerLength } from "../../run/positions.ts";
import type { DecisiveWord, Run, RunDescription } from "../../run/types.ts";
import { singleToken } from "../../findings/answer-words.ts";
import { mostAttentivePlace } from "../../findings/attentive.ts";
import { decisiveWordOf, decisiveWordsOfSentences, defaultToken } from "../../findings/decisive-word.ts";
import { methodsOf } from "../../export/selection.ts";
import { formatBytes } from "../../tensor/byte-size.ts";
import { checkOutput, requireRoomFor } from "../../export/outputs/check-output.ts";
import { writeOutputs } from "../../export/outputs/write-output.ts";
import { openRunFile, runChunks } from "../../workbench/run-files.ts";
import { evidenceDocument, patchText, textAgainstImage, type TextAgainstImage } from "../../findings/evidence.ts";
import { pathSums, pathSumText, type PathSum } from "../../findings/path-sums.ts";
import { imageSinks, recordsSinks, type ImageSink } from "../../findings/sinks.ts";
import { explainedBy } from "../../run/explained.ts";
import { causalLayersOf, causalSettingsOf } from "../causal-options.ts";
import { causesLines, causesReport, type CausesReport } from "../../terminal/causes-lines.ts";
import { evidenceLines } from "../../terminal/evidence-lines.ts";
import type { explainOptions } from "../options/explain.ts";
import { gradientChoiceOf, tokensOf } from "../gradient-options.ts";
import { checkEnding, outputRuleOf } from "../output-options.ts";
import type { Arguments } from "../parse.ts";
import { questionOf, withModel } from "../question-options.ts";
import type { Session } from "../session.ts";
import { shellWord } from "../shell-word.ts";

/** The place of the answer's largest attention to the picture: token, layer and head. */
interface MostAttentive {
  /** Index of the answer token, and its text. */
  readonly token: number;
  readonly text: string;
  readonly layer: number;
  readonly head: number;
  /** Share of the head's attention that lies on the pictures, 0 to 1. */
  readonly share: number;
}

async function mostAttentive(run: Run): Promise<MostAttentive | null> {
  const hasMap = methodsOf(run).includes("attention") && run.description.images.length > 0;
  if (!hasMap || answerLength(run.description) === 0) return null;
  const group = defaultToken(run);
  const { layer, head, share } = await mostAttentivePlace(run, group);
  return { token: group.tokens[0]!, text: group.text, layer, head: Number(head), share };
}

/** A run file as `explain` reports it. */
export interface ExplainReport {
  readonly answer: string;
  readonly stopped: boolean;
  /** The word that carries what was asked, by the index of its first token; null without an answer. */
  readonly decisive: Pick<DecisiveWord, "index" | "text"> | null;
  /** The same of each sentence of the answer. */
  readonly decisiveOfSentences: readonly Pick<DecisiveWord, "index" | "text">[];
  readonly out: string;
  readonly bytes: number;
  readonly mostAttentive: MostAttentive | null;
  /** What each token and word rests on, if exact relevancy was recorded. */
  readonly textAgainstImage: TextAgainstImage | null;
  /** Attention sinks among the image tokens, if attention was recorded. */
  readonly sinks: readonly ImageSink[] | null;
  /** What the maps of integrated gradients sum to, if they were recorded. */
  readonly pathSums: readonly PathSum[] | null;
  /** Of each explained token, the head that is most important for the picture, and what its graph finds; if graphs were learned. */
  readonly causes: readonly CausesReport[] | null;
  /** What of a token was explained, and the number of pictures. */
  readonly target: string;
  readonly pictures: number;
  readonly timings: Readonly<Record<string, number>>;
}

/** Does the work of `explain`, and leaves the printing to the caller. */
export async function explainToFile(
  args: Arguments<typeof explainOptions>,
  session: Session,
): Promise<{ readonly report: ExplainReport; readonly description: RunDescription }> {
  const { values } = args;
  const gradients = gradientChoiceOf(values);
  const question = await questionOf(args);
  const out = values.out ?? `${parse(question.conversation.pictures[0] ?? "question").name}${runFileEnding}`;
  checkEnding(out, { allowed: ["a run file", "a safetensors file"], advice: "a run file ends in .run.safetensors" });
  const rule = await outputRuleOf(values, question.conversation.pictures);
  await checkOutput(out, { ...rule, kind: "run" });
  const methods = values.methods.filter((method): method is Method => method !== causalMethod);
  const requireRoom = (bytes: number): Promise<void> => requireRoomFor(out, bytes);
  const recording = { methods, record: values.record, gradients, requireRoom };
  const recorded = await withModel(values, session, async (model, options) => {
    if (!values.methods.includes(causalMethod)) return explain(model, question, { ...options, ...recording });
    const settings = causalSettingsOf(values, values.variants?.[0] ?? "exact");
    const layers = causalLayersOf(values.layers, model.definition.language.config.layers);
    return explainWithCauses(model, question, {
      ...options,
      ...recording,
      causes: { settings, layers, tokens: tokensOf(values.tokens) },
      onGraphs: (done, total) => session.progress.show("Learning causal graphs", done / total),
    });
  });
  await writeOutputs([{ path: out, kind: "run", chunks: runChunks(recorded) }], rule, session);
  const opened = await openRunFile(out);
  try {
    const { run } = opened;
    const { description } = run;
    const { answerText, stopped, timings } = description;
    const decisive = decisiveWordOf(description);
    const { size } = await stat(out);
    const report = {
      answer: answerText,
      stopped,
      decisive: decisive && { index: decisive.index, text: decisive.text },
      decisiveOfSentences: decisiveWordsOfSentences(description).map(({ index, text }) => ({ index, text })),
      out,
      bytes: size,
      mostAttentive: await mostAttentive(run),
      textAgainstImage: await textAgainstImage(run),
      sinks: recordsSinks(run) ? await imageSinks(run) : null,
      pathSums: await pathSums(run),
      causes: await causesReport(run),
      target: explainedBy(description, "relevancy").target,
      pictures: description.images.length,
      timings,
    };
    return { report, description };
  } finally {
    await opened.close();
  }
}

/** One line about the head of the last third of the layers that looks most at the picture. */
function attentiveLine({ layer, head, share, text }: MostAttentive): string {
  return `Of the late layers, layer ${layer}, head ${head} looks most at the picture when it predicts "${text}": ${Math.round(share * 100)} % of its attention.`;
}

/** A line for each token: how far the maps of integrated gradients are complete. */
function pathSumLines(sums: readonly PathSum[], description: RunDescription): string[] {
  const { steps } = description.methods["integrated-gradients"] ?? {};
  return [
    `Integrated gradients, ${String(steps)} steps: what the map of each token sums to, of the change over its path.`,
    ...sums.map((sum) => `  ${quote(singleToken(description, sum.token).text.trim())} ${pathSumText(sum)}`),
  ];
}

/** What the run shows at a glance: the head that looks most, sinks, and text against image. */
export function findingLines(
  { mostAttentive: place, sinks, textAgainstImage: against, ...report }: ExplainReport,
  description: RunDescription,
): string[] {
  const nameOf = (position: number): string => patchText(description, position);
  const lines = place === null ? [] : [attentiveLine(place)];
  if (sinks !== null && sinks.length > 0) {
    const which = sinks.map(({ position }) => nameOf(position)).join("; ");
    lines.push(`Attention sinks: ${which}. Leave them out of maps with export --hide-sinks.`);
  }
  const evidence =
    against === null ? [] : evidenceLines(against, { target: report.target, images: report.pictures, nameOf });
  if (evidence.length > 0) lines.push("", ...evidence, "");
  if (report.pathSums !== null) lines.push(...pathSumLines(report.pathSums, description), "");
  if (report.causes !== null) lines.push(...causesLines(report.causes), "");
  return lines;
}

/** Explains, writes the run, and prints its path and the next command. */
export async function explainCommand(args: Arguments<typeof explainOptions>, session: Session): Promise<void> {
  const { report, description } = await explainToFile(args, session);
  if (args.values.json) {
    const { target, textAgainstImage: against, ...rest } = report;
    const evidence = against && { target, ...evidenceDocument(against) };
    session.printJson({ model: args.values.model, ...rest, textAgainstImage: evidence });
    return;
  }
  session.print(report.answer);
  session.print("");
  for (const line of findingLines(report, description)) session.print(line);
  session.print(`The run is in ${report.out} (${formatBytes(report.bytes)}). See it with:`);
  session.print(
    `  npx lvlm-interpret export ${shellWord(report.out)} --format ${report.pictures > 0 ? "png,html" : "html"}`,
  );
}
