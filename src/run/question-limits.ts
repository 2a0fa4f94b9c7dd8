/** @file What a question may hold, as plain data that also works in a browser: names, ranges, defaults and limits. */

export const messageRoles = ["system", "user", "assistant"] as const;

/** What a step of an edit can do. "stretch" spreads the samples of a picture of more than 8 bits over all levels. */
export const editTools = ["crop", "pen", "eraser", "fill", "blur", "stretch"] as const;

/** Attention rows that are kept: those of question and answer, or all. */
export const recordings = ["default", "full"] as const;

/**
 * Points of the path of integrated gradients. On the demo model the sums are with 20 within 0.1 % of the difference of the logits, and
 * within 1.1 % with 16 (docs/decisions.md).
 */
export const pathSteps = { min: 1, max: 1000, default: 20 } as const;

/** Least and greatest value of a number; left out if there is none. */
export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

/** Ranges of the sampling that a question may ask for. */
export const samplingRanges = {
  maxNewTokens: { min: 1, max: 512 },
  minNewTokens: { min: 0, max: 64 },
  temperature: { min: 0, max: 2 },
  topP: { min: 0.05, max: 1 },
  topK: { min: 0, max: 100 },
  seed: { min: 0, max: 2 ** 32 - 1 },
} as const;

/** The sampling of a question that names none: greedy. */
export const defaultSampling = {
  maxNewTokens: 64,
  minNewTokens: 0,
  temperature: 0,
  topP: 1,
  topK: 0,
  seed: 0,
} as const;

export interface QuestionLimits {
  readonly messages: number;
  /** Parts of one message. */
  readonly parts: number;
  /** Characters of one text. */
  readonly textLength: number;
  readonly pictures: number;
  /** Steps of the edit of one picture. */
  readonly steps: number;
  /** Numbers of one stroke: x, y, x, y, ... */
  readonly points: number;
  /** Distance of an edit from the corner of its picture, in pixels; left out if there is no limit. */
  readonly coordinate?: number;
}

/** Limits on a question that is sent to the server, above what any model of today reads. */
export const questionLimits: QuestionLimits = {
  messages: 400,
  parts: 200,
  textLength: 200_000,
  pictures: 64,
  steps: 1000,
  points: 200_000,
  coordinate: 1_000_000,
};
