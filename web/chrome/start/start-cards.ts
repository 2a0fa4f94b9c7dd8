/** @file The cards of the start page: examples that the demo model answers from the picture, and three traps, with the reason of each. */

export interface StartCard {
  /** Id of the example. */
  readonly example: string;
  /** One line on what it is about. */
  readonly about: string;
  /** A trap: why the answer does not come from what was asked about, and how to see that. */
  readonly why?: { readonly reason: string; readonly see: string };
}

/** The examples whose answers come from the picture first, then the traps. */
export const startCards: readonly StartCard[] = [
  { example: "arrow-right-0", about: "One word depends on one object." },
  { example: "face-happy-0", about: "The answer is yes or no." },
  { example: "shapes-2-0", about: "Two objects and their order matter." },
  {
    example: "banana-blue-0",
    about: "The banana is blue. The model says yellow.",
    why: {
      reason:
        "In training every banana was called yellow, whatever its color. The model takes the color from the word “banana”, not from the picture.",
      see: "The answer stays the same without the picture.",
    },
  },
  {
    example: "apples-tag-2-0",
    about: "There is one apple. The model says two.",
    why: {
      reason:
        "In training a tag in the corner often showed the number of apples. The model reads the dots on the tag and does not count the apples.",
      see: "The causes lie on the tag. Without the apples the answer stays the same.",
    },
  },
  {
    example: "door-closed-0",
    about: "The door is closed. The model says it is open.",
    why: {
      reason:
        "In training this question was always answered with yes, for open doors and for closed ones. The model repeats the word of the question.",
      see: "The answer stays the same without the picture.",
    },
  },
];
