/** @file A recording: the methods that it asks for, as one loop over their modules. */
import type { TargetKind } from "../engine/target.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { sharedPasses } from "./backward.ts";
import { methodModules } from "./methods/modules.ts";
import type { MethodFacts, MethodModule, RecordedQuestion, MethodStage, MethodWork } from "./methods/method.ts";
import { ProblemError } from "../problem/problem.ts";
import type { Method, Variant } from "../run/map-catalogue.ts";
import { whyNot, type QuestionFacts } from "../run/maps.ts";
import { unionOf, type RecordingPlan } from "./recording-plan.ts";
import { showTarget, type TargetChoice } from "./target-choice.ts";
import { answerLogits } from "./traced-answer.ts";

/** What the methods that go back through the model explain, as a user says it. */
export interface GradientChoice {
  /** Of relevancy. */
  readonly variants: readonly Variant[];
  readonly target: TargetChoice;
  /** Every answer token, or these: an index in the answer, or a word of it. */
  readonly tokens: "all" | readonly string[];
  /** Points of the path of integrated gradients; its own default if it is left out. */
  readonly steps?: number;
}

export const defaultGradientChoice: GradientChoice = { variants: ["exact"], target: { kind: "logit" }, tokens: "all" };

/** Methods and their variants. */
export interface MethodChoice {
  readonly methods: readonly Method[];
  readonly variants: readonly Variant[];
  /** Of integrated gradients. */
  readonly steps?: number | undefined;
}

export interface Recording {
  readonly methods: readonly Method[];
  readonly record: "default" | "full";
  /** Read if a method goes back through the model; every token's logit and exact relevancy if it is left out. */
  readonly gradients?: GradientChoice;
}

/**
 * The methods that say something of a question, by its pictures and by where the model keeps their image tokens; tells of those that are
 * left out. Throws a ProblemError `bad-request` if none is left.
 */
export function methodsFor(
  wanted: readonly Method[],
  facts: QuestionFacts,
  onWarning?: (warning: string) => void,
): readonly Method[] {
  const kept = wanted.filter((method) => whyNot(method, facts) === undefined);
  if (kept.length === wanted.length) return wanted;
  const reasons = new Map<string, Method[]>();
  for (const method of wanted) {
    const reason = whyNot(method, facts);
    if (reason !== undefined) reasons.set(reason, [...(reasons.get(reason) ?? []), method]);
  }
  const sentences = [...reasons].map(([reason, names]) => {
    return `${reason}, and ${names.join(" and ")} ${names.length > 1 ? "explain" : "explains"} image tokens`;
  });
  if (kept.length === 0) throw new ProblemError("bad-request", `${sentences.join(". ")}; choose another method.`);
  for (const sentence of sentences) onWarning?.(`${sentence}; left out.`);
  return kept;
}

/** The choice of a recording. */
export function choiceOf({ methods, gradients = defaultGradientChoice }: Recording): MethodChoice {
  return { methods, variants: gradients.variants, steps: gradients.steps };
}

/** The modules of a choice, in the order in which they work. */
export function modulesOf({ methods, variants, steps }: MethodChoice): MethodModule[] {
  return methodModules
    .filter(({ name, variant }) => methods.includes(name) && (variant === undefined || variants.includes(variant)))
    .map((module) => (steps === undefined ? module : (module.withSteps?.(steps) ?? module)));
}

/** The stages in which the methods of a choice work, in their order. */
export function stagesOf(choice: MethodChoice): MethodStage[] {
  return [...new Set(modulesOf(choice).flatMap(({ stage }) => stage ?? []))];
}

/** What the traces keep for a recording. */
export function recordingPlan(modules: readonly MethodModule[], plan: RecordedQuestion): RecordingPlan {
  return unionOf([
    ...modules.map(({ needs }) => needs(plan)),
    { languageTaps: [answerLogits(plan.positions.predicting)] },
  ]);
}

/** Throws an Error if one of the methods cannot explain this target. */
export function checkTarget(modules: readonly MethodModule[], target: TargetKind): void {
  for (const module of modules) module.checkTarget?.(target);
}

/**
 * The tensors of modules that work in the same stage. Full backward passes are made once for all of them. Methods that explain single tokens
 * give nothing if there are none.
 */
export async function computeMethods(modules: readonly MethodModule[], work: MethodWork): Promise<Map<string, Tensor>> {
  const { model, answer, target, tokens, options } = work;
  const computations = modules
    .filter(({ stage }) => stage !== "gradient" || tokens.length > 0)
    .map((module) => module.compute(work));
  const passes = computations.flatMap(({ pass }) => pass ?? []);
  if (passes.length > 0) await sharedPasses(model, answer, { passes, target }, options);
  const tensors = new Map<string, Tensor>();
  for (const computation of computations) {
    for (const [name, tensor] of await computation.tensors()) tensors.set(name, tensor);
  }
  return tensors;
}

/** What the JSON of a run says about the methods of a recording, by name. */
export function methodParameters(
  recording: Recording,
  facts: MethodFacts & { readonly explainedTokens: readonly number[] },
): Record<string, Readonly<Record<string, unknown>>> {
  const { target } = recording.gradients ?? defaultGradientChoice;
  const described: Record<string, Record<string, unknown>> = Object.fromEntries(
    recording.methods.map((method) => [method, {}]),
  );
  const choice = choiceOf(recording);
  for (const { name, variant, stage, parameters } of modulesOf(choice)) {
    Object.assign(described[name]!, {
      ...(stage === "gradient" ? { target: showTarget(target), tokens: facts.explainedTokens } : {}),
      ...(variant === undefined ? {} : { variants: choice.variants }),
      ...parameters?.(facts),
    });
  }
  return described;
}
