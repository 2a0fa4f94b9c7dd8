/** @file Why an answer's decisive word is the one that decides: the codes that a run keeps, and a sentence for each. */

/** By code: why the word decides, as a sentence about it. */
export const decisiveReasons = {
  "only word": "The answer says nothing else.",
  option: "It names one of the options that the question lists.",
  "yes or no": "It answers the question with yes or no.",
  choice: "The question names it as one of several choices.",
  "asked for": "It is the first word with content that the question does not have already.",
  alternatives: "At this place the model was closest to saying something else.",
  first: "No word stands out, so that the first one is taken.",
} as const;

export type DecisiveReason = keyof typeof decisiveReasons;

export const decisiveReasonCodes = Object.keys(decisiveReasons) as [DecisiveReason, ...DecisiveReason[]];
