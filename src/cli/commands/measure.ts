/** @file The command `measure`: what the page measures by asking the model of a run again. */
import type { CausalQuery } from "../../run/causes.ts";
import { dependenceRequestOf } from "../../run/cause-requests.ts";
import { regionLimits } from "../../run/measure-choices.ts";
import type { MeasureRequest } from "../../run/measures.ts";
import { recordingOf, tokenTensor } from "../../run/maps.ts";
import type { Run } from "../../run/types.ts";
import { findTokens, singleToken } from "../../findings/answer-words.ts";
import { graphPool, type GraphPool } from "../../causes/graph-pool.ts";
import { causalStability } from "../../findings/causes/stability.ts";
import { defaultToken } from "../../findings/decisive-word.ts";
import { importantHead } from "../../measure/evidence-choice.ts";
import { heldMaps } from "../../measure/run-maps.ts";
import { openRunFile } from "../../workbench/run-files.ts";
import { runPathOf, saveMeasure, withAskedRun } from "../asked-run.ts";
import { causalSettingsOf } from "../causal-options.ts";
import { measureLines, type MeasureReport } from "../../terminal/measure-lines.ts";
import type { OptionValues } from "../option-spec.ts";
import type { measureOptions } from "../options/measure.ts";
import type { Arguments } from "../parse.ts";
import { patchingRequestOf, withOtherRun } from "../patching-request.ts";
import { placePositions } from "../place-options.ts";
import type { Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** Measures a run and prints what came out. */
export async function measureCommand(args: Arguments<typeof measureOptions>, session: Session): Promise<void> {
  const { values } = args;
  const path = runPathOf("measure", args);
  if (path === undefined) throw new UsageError("There is no run; give the path of a run file: measure RUN.");
  checkTogether(values);
  const pool = graphPool();
  try {
    const print = (run: Run, report: MeasureReport): void => {
      session.progress.clear();
      if (values.json) session.printJson(report);
      else for (const line of measureLines(run.description, report)) session.print(line);
    };
    if (values.kind === "stability") {
      const opened = await openRunFile(path);
      try {
        print(opened.run, await stabilityReport(opened.run, { values, pool, session }));
      } finally {
        await opened.close();
      }
      return;
    }
    await withAskedRun({ path }, { values, session }, async ({ run, measure }) => {
      const token = tokenOf(run, values);
      const measured =
        values.kind === "patching"
          ? await withOtherRun(values.with!, (other) => {
              const { bands, seed } = values;
              const region = regionOf(run, values);
              return measure(patchingRequestOf(run, other, { token, bands, region, seed }), pool, other.run);
            })
          : await measure(await requestOf(run, { token, values }), pool);
      if (values.save) await saveMeasure(path, measured, session);
      const falls = measured.tensors.get(tokenTensor("occlusion", token));
      print(run, {
        token,
        text: singleToken(run.description, token).text,
        result: measured.result,
        ...(falls === undefined ? {} : { falls: Array.from(falls.data as Float32Array) }),
      });
    });
  } finally {
    await pool.close();
  }
}

type MeasureValues = OptionValues<typeof measureOptions>;
type Kind = MeasureValues["kind"];

/** Kinds that take an option which means nothing to the others. */
const kindsOfOption = {
  patches: ["place", "patching"],
  region: ["place", "patching"],
  regions: ["regions"],
  budget: ["regions"],
  with: ["patching"],
  bands: ["patching"],
  maps: ["curves", "random-weights"],
  over: ["curves", "stability"],
  repeats: ["picture-noise"],
  deviation: ["picture-noise"],
  layer: ["picture-noise", "stability"],
  head: ["picture-noise", "stability"],
} as const satisfies Readonly<Record<string, readonly Kind[]>>;

/** Throws a UsageError if an option does not belong to the kind, or one that it needs is missing. */
function checkTogether(values: MeasureValues): void {
  const { kind, patches, region, regions, budget, bands, maps, over, repeats, deviation, layer, head } = values;
  const ofKinds = { patches, region, regions, budget, with: values.with, bands, maps };
  const given = { ...ofKinds, over, repeats, deviation, layer, head };
  for (const [name, kinds] of Object.entries(kindsOfOption) as [keyof typeof kindsOfOption, readonly Kind[]][]) {
    if (given[name] !== undefined && !kinds.includes(kind)) {
      throw new UsageError(`--${name} belongs to --kind ${kinds.join(" or ")}, got ${kind}; leave it out.`);
    }
  }
  if (kind === "place" && patches === undefined && region === undefined) {
    throw new UsageError("There is no expected place; give it with --patches or --region.");
  }
  if (kind === "patching" && values.with === undefined) {
    throw new UsageError("There is no other run; give the path of its file with --with.");
  }
  const overs: readonly string[] = kind === "stability" ? stabilityOvers : curveOvers;
  if (over !== undefined && !overs.includes(over)) {
    throw new UsageError(`--over must be ${overs.join(" or ")} for --kind ${kind}, got ${over}.`);
  }
  if (kind === "stability" && values.save) {
    throw new UsageError("--save keeps measurements, and a run holds no stability; leave it out.");
  }
}

const curveOvers = ["patches", "text"] as const;
const stabilityOvers = ["settings", "threshold", "layer", "noise"] as const;

function tokenOf(run: Run, { token }: MeasureValues): number {
  const group = token === undefined ? defaultToken(run) : findTokens(run.description, token);
  return group.tokens[0]!;
}

/** Standard deviation of the noise on the picture, in levels of 0 to 255: hardly to be seen. */
const defaultDeviation = 4;
const defaultRepeats = 10;

/** The graph that the options name: by default that of the head of the last layer which matters most for the picture. */
async function graphOf(
  run: Run,
  { token, values }: { readonly token: number; readonly values: MeasureValues },
): Promise<CausalQuery> {
  const layer = values.layer ?? run.description.model.languageLayers - 1;
  const head = values.head ?? (await importantHead(run, { token, layer }));
  return { ...causalSettingsOf(values, values.variant), token, layer, head };
}

async function stabilityReport(
  run: Run,
  { values, pool, session }: { readonly values: MeasureValues; readonly pool: GraphPool; readonly session: Session },
): Promise<MeasureReport> {
  const token = tokenOf(run, values);
  const over = stabilityOvers.find((name) => name === values.over) ?? "settings";
  const query = await graphOf(run, { token, values });
  const result = await causalStability(run, { ...query, over }, { pool, signal: session.signal });
  return { token, text: singleToken(run.description, token).text, result };
}

/** The image tokens of the place that the options name; none if they name none. */
function regionOf(run: Run, values: MeasureValues): number[] {
  const { patches, region } = values;
  return patches === undefined && region === undefined ? [] : placePositions(run.description, values);
}

async function requestOf(
  run: Run,
  { token, values }: { readonly token: number; readonly values: MeasureValues },
): Promise<MeasureRequest> {
  const { fill, seed } = values;
  const kind = values.kind as Exclude<Kind, "stability" | "patching">;
  switch (kind) {
    case "grounding":
      return { kind, seed };
    case "dependence":
      return { ...dependenceRequestOf(token), seed };
    case "occlusion":
      return { kind, token, fill, seed };
    case "regions": {
      const { regions = regionLimits.regions.default, budget = regionLimits.budget.default } = values;
      return { kind, token, regions, budget, fill, seed };
    }
    case "curves": {
      const over = values.over === "text" || run.description.images.length === 0 ? "text" : "patches";
      return {
        kind,
        token,
        over,
        methods: values.maps ?? heldMaps(run, { token, over }),
        fill,
        seed,
      };
    }
    case "random-weights": {
      const held = heldMaps(run, { token, over: "patches" });
      const methods = values.maps ?? held.filter((map) => recordingOf(map) !== undefined);
      return { kind, token, methods, seed };
    }
    case "place":
      if (fill === "knock-out")
        throw new UsageError("--kind place fills patches with mean, blur or noise, got knock-out.");
      return { kind, token, positions: placePositions(run.description, values), fill, seed };
    case "picture-noise": {
      const { deviation = defaultDeviation, repeats = defaultRepeats } = values;
      return { kind, ...(await graphOf(run, { token, values })), deviation, repeats, seed };
    }
  }
}
