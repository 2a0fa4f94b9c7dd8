/** @file What a recording keeps of the traces beside the answer, for the engine and the memory forecast. */
import { tapKey, type Tap } from "../engine/taps.ts";

/** What will be recorded beside the answer. */
export interface RecordingPlan {
  readonly visionTaps: readonly Tap[];
  readonly languageTaps: readonly Tap[];
  /** Hidden states of each layer that the lens reads. */
  readonly lensRows: number;
  /** Answer tokens that go back through the model together. */
  readonly backwardTokens: number;
  /** Maps [tokens, tokens] kept for every layer while tokens go back. */
  readonly keptMaps: number;
  /** Hidden states [tokens, width] kept beside the taps while tokens go back. */
  readonly keptStates: number;
}

export const recordNothing: RecordingPlan = {
  visionTaps: [],
  languageTaps: [],
  lensRows: 0,
  backwardTokens: 0,
  keptMaps: 0,
  keptStates: 0,
};

/** Each tap once, whatever asks for it. */
function distinct(taps: readonly Tap[]): Tap[] {
  return [...new Map(taps.map((tap) => [tapKey(tap), tap])).values()];
}

/** One plan for all parts of a recording, which work one after another. */
export function unionOf(parts: readonly Partial<RecordingPlan>[]): RecordingPlan {
  const all = parts.map((part) => ({ ...recordNothing, ...part }));
  const largest = (read: (part: RecordingPlan) => number) => Math.max(0, ...all.map(read));
  return {
    visionTaps: distinct(all.flatMap(({ visionTaps }) => visionTaps)),
    languageTaps: distinct(all.flatMap(({ languageTaps }) => languageTaps)),
    lensRows: largest(({ lensRows }) => lensRows),
    backwardTokens: largest(({ backwardTokens }) => backwardTokens),
    keptMaps: largest(({ keptMaps }) => keptMaps),
    keptStates: largest(({ keptStates }) => keptStates),
  };
}
