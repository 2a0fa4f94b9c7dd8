/** @file Forecasts what questions cost: memory by the plan of what is recorded, time by the speed of the machine. */
import type { WeightType } from "../checkpoint/types.ts";
import type { WeightsAndOthers } from "../checkpoint/weights.ts";
import type { MachineSpeed } from "../engine/machine-speed.ts";
import { forecastMemory } from "../engine/memory.ts";
import { neededWeights } from "../engine/needed-weights.ts";
import { modulesOf, recordingPlan } from "../explain/recording.ts";
import { recordNothing, type RecordingPlan } from "../explain/recording-plan.ts";
import type { SequencePositions } from "../explain/sequence.ts";
import type { ModelDefinition } from "../models/definition.ts";
import type { PicturePlan } from "../models/plan.ts";
import { traceMethods } from "../run/maps.ts";
import { elementCount } from "../tensor/tensor.ts";
import type { CheckReport, WorkForecast } from "./report-schema.ts";
import { forecastTime } from "./time.ts";

type Forecast = NonNullable<CheckReport["forecast"]>;

export interface ForecastRequest {
  readonly definition: ModelDefinition;
  readonly parameters: NonNullable<CheckReport["parameters"]>;
  /** Undefined if their headers were not read: then the tensors that the model needs stand for them, in `weightType`. */
  readonly weights: WeightsAndOthers | undefined;
  readonly weightType: WeightType;
  readonly pictures: readonly PicturePlan[];
  /** Of prompt and answer. */
  readonly positions: SequencePositions;
  readonly answerTokens: number;
  /** Null if it was not measured. */
  readonly speed: MachineSpeed | null;
  readonly availableBytes: number | null;
}

const works: readonly WorkForecast["work"][] = ["ask", "explain", "relevancy"];

function planOf(work: WorkForecast["work"], { definition, positions }: ForecastRequest): RecordingPlan {
  if (work === "ask") return recordNothing;
  const methods = work === "relevancy" ? [...traceMethods, "relevancy" as const] : traceMethods;
  return recordingPlan(modulesOf({ methods, variants: ["exact"] }), {
    model: { definition },
    record: "default",
    positions,
  });
}

/** The stored tensors, or those that would be. */
function storedSizes({ definition, weights, weightType }: ForecastRequest) {
  const stored = weights === undefined ? undefined : [...weights.values()];
  return (stored ?? neededWeights(definition).map(({ dims }) => ({ dims, type: weightType }))).map(
    ({ dims, type }) => ({
      numbers: elementCount(dims),
      type,
    }),
  );
}

/** What asking, explaining, and explaining with relevancy cost in each precision that the program offers for these weights. */
export function forecastQuestion(request: ForecastRequest): Forecast {
  const { definition, parameters, weightType, positions, answerTokens, pictures, speed, availableBytes } = request;
  const sizes = storedSizes(request);
  const widened = sizes.reduce((sum, { numbers }) => sum + 4 * numbers, 0);
  const isWide = sizes.every(({ type }) => type === "F32");
  const asStored = sizes.reduce((sum, { numbers, type }) => sum + (type === "F32" ? 4 : 2) * numbers, 0);
  const largest = sizes.reduce((most, { numbers, type }) => (type === "F32" ? most : Math.max(most, 4 * numbers)), 0);
  const precisions = [
    { precision: "f32", held: "F32", weightBytes: widened, widenedAtUse: 0 },
    ...(isWide ? [] : [{ precision: "f16", held: weightType, weightBytes: asStored, widenedAtUse: largest } as const]),
  ] as const;
  const promptTokens = positions.tokens - answerTokens;
  return {
    promptTokens,
    answerTokens,
    availableBytes,
    speed,
    works: precisions.flatMap(({ precision, held, weightBytes, widenedAtUse }) =>
      works.map((work) => {
        const plan = planOf(work, request);
        const asked = { promptTokens, pictures };
        return {
          precision,
          held,
          work,
          memory: forecastMemory(definition, {
            ...{ weightBytes, widenedAtUse, maxNewTokens: answerTokens },
            ...plan,
            ...asked,
          }),
          seconds:
            speed &&
            forecastTime(
              definition,
              { work, precision, answerTokens, lensRows: plan.lensRows, ...asked },
              { parameters, speed },
            ),
        };
      }),
    ),
    widenedCopyBytes: isWide ? 0 : widened,
  };
}
