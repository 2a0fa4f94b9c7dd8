/** @file The sections of the benchmark, and one walk over the questions that serves all that are asked for. */
import type { HostedModel } from "../../src/explain/host.ts";
import { graphPool } from "../../src/causes/graph-pool.ts";
import type { RecordedRun } from "../../src/explain/explain.ts";
import { methods } from "../../src/run/maps.ts";
import { withProbe } from "../../src/measure/probe.ts";
import { openRecorded } from "../../src/explain/recorded-run.ts";
import { askQuestion, isExplainable, recordAnswer, type Asked, type Explainable } from "./asking.ts";
import { contextOf } from "./context.ts";
import { measureCauses, type CausesFinding } from "./causes.ts";
import { decisiveFinding, type DecisiveFinding } from "./decisive.ts";
import { faithfulnessQuestions, measureFaithfulness, type FaithfulnessFinding } from "./faithfulness.ts";
import { measureFlow, type FlowFinding } from "./flow.ts";
import { examine, type Finding } from "./findings.ts";
import { measureGrounding, originOf, type GroundingFinding } from "./grounding.ts";
import { guideMethods, measureGuides, type GuidesFinding } from "./guides.ts";
import { measureOrders, type OrdersFinding } from "./orders.ts";
import type { TruthQuestion } from "./questions.ts";

export const sectionNames = [
  "decisive",
  "methods",
  "faithfulness",
  "guides",
  "grounding",
  "orders",
  "causes",
  "flow",
] as const;
export type SectionName = (typeof sectionNames)[number];

/** What was found; a section that was not asked for is empty. */
export interface Findings {
  readonly decisive: DecisiveFinding[];
  readonly methods: Finding[];
  readonly faithfulness: FaithfulnessFinding[];
  readonly guides: GuidesFinding[];
  readonly grounding: GroundingFinding[];
  readonly orders: OrdersFinding[];
  readonly causes: CausesFinding[];
  readonly flow: FlowFinding[];
}

export interface WalkOptions {
  readonly sections: ReadonlySet<SectionName>;
  /** Folder for what is written meanwhile. */
  readonly folder: string;
  readonly onProgress: (text: string) => void;
}

interface Wanted {
  readonly faithfulness: boolean;
  readonly guides: boolean;
  readonly orders: boolean;
  readonly grounding: boolean;
  readonly causes: boolean;
  readonly flow: boolean;
}

/** Asks every question, then explains and measures each as the sections want it. */
export async function walk(
  model: HostedModel,
  questions: readonly TruthQuestion[],
  options: WalkOptions,
): Promise<Findings> {
  const { sections, folder, onProgress } = options;
  const asked: Asked[] = [];
  for (const question of questions) {
    onProgress(`${asked.length} of ${questions.length} questions asked`);
    asked.push(await askQuestion(model, question));
  }
  const found: Findings = {
    decisive: [],
    methods: [],
    faithfulness: [],
    guides: [],
    grounding: [],
    orders: [],
    causes: [],
    flow: [],
  };
  if (sections.has("decisive")) found.decisive.push(...asked.map(decisiveFinding));
  if ([...sections].every((section) => section === "decisive")) return found;
  // The model guesses left and right of something, so that there is no truth to find.
  const looked = asked.filter(({ question }) => question.family !== "relation");
  const perturbed = new Set<Asked>(
    sections.has("faithfulness") || sections.has("guides") || sections.has("orders")
      ? faithfulnessQuestions(looked)
      : [],
  );
  const pool = graphPool();

  async function measureAll(
    each: Explainable,
    recorded: RecordedRun,
    { wanted, seed }: { wanted: Wanted; seed: number },
  ) {
    const run = await openRecorded(recorded);
    const origin = originOf(each);
    await withProbe(model, run, {
      seed: 0,
      work: async (probe) => {
        const context = contextOf({ model, run, probe, pool, folder });
        if (wanted.faithfulness) found.faithfulness.push(await measureFaithfulness(each, { recorded, context, seed }));
        if (wanted.guides) {
          const scored = await measureGuides(each, { recorded, context });
          if (scored !== undefined) found.guides.push(scored);
        }
        if (wanted.orders) {
          const searched = await measureOrders(each, context);
          if (searched !== undefined) found.orders.push(searched);
        }
        if (wanted.grounding) found.grounding.push(await measureGrounding(each, { origin, context }));
        if (origin === undefined) return;
        if (wanted.causes) {
          found.causes.push(await measureCauses(each, { origin, context, seed, before: found.causes }));
        }
        if (wanted.flow) found.flow.push(await measureFlow(each, { origin, context }));
      },
    });
  }

  try {
    for (const [seed, each] of looked.entries()) {
      onProgress(`${seed} of ${looked.length} questions explained`);
      const origin = originOf(each);
      // Grounded questions that are restated have the causes of another form of the same question.
      const isSearched = origin !== undefined && (origin !== "grounded" || each.question.restated === undefined);
      const wanted = {
        faithfulness: sections.has("faithfulness") && perturbed.has(each),
        guides: sections.has("guides") && perturbed.has(each),
        orders: sections.has("orders") && perturbed.has(each),
        grounding: sections.has("grounding"),
        causes: sections.has("causes") && isSearched,
        flow: sections.has("flow") && isSearched,
      };
      const isMeasured = Object.values(wanted).some(Boolean);
      const isExamined = sections.has("methods");
      const isRecorded = isExplainable(each) && (isMeasured || isExamined);
      const recorded = isRecorded
        ? await recordAnswer(model, each, {
            methods:
              isExamined || wanted.faithfulness || wanted.orders
                ? methods.filter((method) => method !== "lens")
                : wanted.guides
                  ? guideMethods
                  : ["attention", "relevancy"],
            variants: isExamined ? ["exact", "reference"] : ["exact"],
          })
        : undefined;
      if (isExamined) found.methods.push(await examine(model, each, { recorded, folder }));
      if (isMeasured && isExplainable(each)) await measureAll(each, recorded!, { wanted, seed });
    }
  } finally {
    await pool.close();
  }
  return found;
}
