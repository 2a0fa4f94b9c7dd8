/** @file What became of an input, and whether a refusal is a sentence of ours. */

/** Something that must hold of every accepted input, and does not. */
export class PropertyFault extends Error {}

/** What an input led to. `fault` says in a few words what is wrong. */
export type Outcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "fault"; readonly fault: string; readonly message: string };

/** Errors that the language raises by itself: nobody wrote their text for a user. */
const builtInErrors = ["TypeError", "RangeError", "ReferenceError", "SyntaxError", "EvalError", "URIError", "ZodError"];

/** Longest refusal, in characters. */
const longestSentence = 1000;

const controlCharacters = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** Text that only the inside of a program writes. What stands in quotes came from the input and is not looked at. */
const innerTexts: readonly (readonly [string, RegExp])[] = [
  ["says undefined or null of itself", /\bundefined\b|\[object /],
  [
    "is the text of a built-in error",
    /is not a function|is not iterable|Cannot (read propert|set propert|convert|mix)|Invalid (array|typed|string|count|regular)/,
  ],
  [
    "is the text of a built-in error",
    /Maximum call stack|out of memory|must be of type|Reduce of empty|not a constructor/,
  ],
  [
    "holds a code of Node",
    /\b(ERR_[A-Z_]+|E(NOENT|ACCES|PERM|ISDIR|NOTDIR|EXIST|MFILE|NOSPC|INVAL|IO|NAMETOOLONG|LOOP|ROFS))\b/,
  ],
  ["names a line of the program", /\b(at )?\S+\.[cm]?[jt]s:\d+|node:internal|node_modules/],
];

/** Text without what is quoted in it. */
function unquoted(message: string): string {
  return message.replace(/"(?:[^"\\…]|\\.)*(?:"|…|$)/g, '""');
}

/** What keeps a message from being one sentence for a user; undefined if nothing does. */
export function sentenceFault(message: string): string | undefined {
  if (message === "") return "is empty";
  if (controlCharacters.test(message)) return "holds control characters or more than one line";
  if (message.length > longestSentence) return `has more than ${longestSentence} characters`;
  // A guess at what was meant is a question.
  if (!/[.?]$/.test(message)) return "does not end with a full stop";
  if (/[^.]\.\.$/.test(message)) return "ends with two full stops";
  const own = unquoted(message);
  if (!own.includes(" ")) return "is no sentence";
  return innerTexts.find(([, pattern]) => pattern.test(own))?.[0];
}

/** The outcome of what the product threw. */
export function refusalOf(error: unknown): Outcome {
  if (!(error instanceof Error)) return { kind: "fault", fault: "throws no Error", message: String(error) };
  const { message, name } = error;
  const fault = (text: string): Outcome => ({ kind: "fault", fault: text, message: `${name}: ${message}` });
  if (error instanceof PropertyFault) return { kind: "fault", fault: "a property does not hold", message };
  if (builtInErrors.includes(name)) return fault(`a ${name}`);
  if (
    typeof (error as { code?: unknown }).code === "string" &&
    /^E[A-Z_]+$/.test((error as { code: string } & Error).code)
  ) {
    return fault("an error of Node");
  }
  const wrong = sentenceFault(message);
  return wrong === undefined ? { kind: "refused", message } : fault(`the message ${wrong}`);
}
