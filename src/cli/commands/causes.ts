/** @file The command `causes`. */
import { flowDefaults, flowScoreOf, mapOfOrder, ranksByEdges } from "../../run/cause-requests.ts";
import type { MeasureRequest } from "../../run/measures.ts";
import type { Run, RunDescription } from "../../run/types.ts";
import { findTokens, singleToken } from "../../findings/answer-words.ts";
import { defaultToken } from "../../findings/decisive-word.ts";
import { graphPool } from "../../causes/graph-pool.ts";
import type { Measured } from "../../measure/measure.ts";
import { checkOutput } from "../../export/outputs/check-output.ts";
import { keepMeasures, runPathOf, withAskedRun, type RunSource } from "../asked-run.ts";
import { causalSettingsOf } from "../causal-options.ts";
import { causesDocument } from "../../export/causes/causes-document.ts";
import { measureLines } from "../../terminal/measure-lines.ts";
import type { OptionValues } from "../option-spec.ts";
import type { causesOptions } from "../options/causes.ts";
import { checkEnding, outputRuleOf } from "../output-options.ts";
import type { Arguments } from "../parse.ts";
import { patchingRequestOf, withOtherRun } from "../patching-request.ts";
import { questionOf } from "../question-options.ts";
import { readScore } from "../score-option.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

type CausesArguments = Arguments<typeof causesOptions>;
type CausesValues = OptionValues<typeof causesOptions>;
/** Methods that read one run alone. */
type LoneMethod = Exclude<CausesValues["methods"][number], "patching">;
type CausesRequest = Extract<MeasureRequest, { readonly kind: LoneMethod }>;

/** The run that is named, or the question that is asked. Throws a UsageError if the options name both. */
async function sourceOf(args: CausesArguments): Promise<RunSource> {
  const { values } = args;
  const path = runPathOf("causes", args);
  if (path === undefined) {
    const { order } = values;
    return {
      question: await questionOf(args),
      map: ranksByEdges(order) ? undefined : mapOfOrder[order],
    };
  }
  if (values.question !== undefined || values.image.length > 0 || values.messages !== undefined) {
    throw new UsageError(
      "A run holds its question and pictures already; leave --image, --question and --messages out.",
    );
  }
  return { path };
}

function requestOf(
  method: LoneMethod,
  {
    token,
    values,
    description,
  }: { readonly token: number; readonly values: CausesValues; readonly description: RunDescription },
): CausesRequest {
  const { seed, order, nullSets, bands = flowDefaults.bands, edges, randomGraphs, budget, fill, variant } = values;
  const named = values.score === undefined ? undefined : readScore(description, { token, name: values.score });
  switch (method) {
    case "minimal": {
      const kinds = values.kinds ?? (description.images.length === 0 ? ["text"] : ["image", "text"]);
      return { kind: method, token, kinds, order, nullSets, score: named ?? "log-probability", seed };
    }
    case "flow":
      return { kind: method, token, bands, edges, randomGraphs, score: named ?? flowScoreOf(description, token), seed };
    case "cleann": {
      const layer = values.layer ?? description.model.languageLayers - 1;
      return { kind: method, token, layer, ...causalSettingsOf(values, variant), fill, budget, seed };
    }
  }
}

/** Throws a UsageError if the other run of patching is missing, or an option is named whose method is not. */
function checkTogether({ methods, with: other, score }: CausesValues): void {
  if (score !== undefined && !methods.includes("minimal") && !methods.includes("flow")) {
    throw new UsageError(`--score belongs to --method minimal and flow, got ${methods.join()}; leave it out.`);
  }
  if (methods.includes("patching") && other === undefined) {
    throw new UsageError("There is no other run; give the path of its file with --with.");
  }
  if (other !== undefined && !methods.includes("patching")) {
    throw new UsageError(`--with belongs to --method patching, got ${methods.join()}; leave it out.`);
  }
}

/** What was found of one answer token, and the run that keeps it. */
export interface FoundCauses {
  readonly run: Run;
  /** Index of the answer token. */
  readonly token: number;
  readonly measured: readonly Measured[];
}

/** Does the work of `causes`, keeps the results, and leaves the printing to `work`. */
async function withCauses(args: CausesArguments, session: Session, work: (found: FoundCauses) => void): Promise<void> {
  const { values } = args;
  const source = await sourceOf(args);
  checkTogether(values);
  const { out } = values;
  if (out !== undefined) {
    checkEnding(out, { allowed: ["a run file", "a safetensors file"], advice: "a run file ends in .run.safetensors" });
    await checkOutput(out, {
      ...(await outputRuleOf(values, source.question?.conversation.pictures ?? [])),
      kind: "run",
    });
  }
  const pool = graphPool();
  try {
    const save = out === undefined && source.path !== undefined;
    await withAskedRun(source, { values: { ...values, save }, session }, async ({ run, path, measure }) => {
      const { description } = run;
      const group = values.token === undefined ? defaultToken(run) : findTokens(description, values.token);
      const token = group.tokens[0]!;
      const measured: Measured[] = [];
      for (const method of new Set(values.methods)) {
        measured.push(
          method === "patching"
            ? await withOtherRun(values.with!, (other) =>
                measure(
                  patchingRequestOf(run, other, { token, bands: values.bands, seed: values.seed }),
                  pool,
                  other.run,
                ),
              )
            : await measure(requestOf(method, { token, values, description }), pool),
        );
      }
      const kept = out ?? path;
      if (kept !== undefined) {
        await keepMeasures(measured, { of: path === undefined ? { run } : { path }, out: kept }, session);
      }
      work({ run, token, measured });
    });
  } finally {
    await pool.close();
  }
}

/** Finds the causes of an answer token and says what they are. */
export async function causesCommand(args: CausesArguments, session: Session): Promise<void> {
  await withCauses(args, session, ({ run: { description }, token, measured }) => {
    session.progress.clear();
    const { text } = singleToken(description, token);
    const results = measured.map(({ result }) => result);
    if (args.values.json) {
      session.printJson(causesDocument(description, { token: { index: token, text }, results }));
      return;
    }
    for (const result of results) {
      for (const line of measureLines(description, { token, text, result })) session.print(line);
    }
  });
}
