/** @file Texts of others (models, checkpoints, runs, names of files) in a form that cannot steer the terminal. */

/**
 * Characters that a terminal acts on instead of showing them: C0 and C1 controls, which begin escape sequences, and what changes the
 * direction of the text around it or is never seen. Line ends and tabs are not among them.
 */
const steering =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Text without what could steer the terminal; half a character becomes the replacement character. */
export function printable(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd").replace(steering, "");
}

/** The same in one line, so that a text cannot look like lines of the program. */
export function printableLine(text: string): string {
  return printable(text.replace(/\s+/g, " ")).trim();
}

/** A value as JSON that is safe to print and reads as the same value: what could steer the terminal is escaped, not left out. */
export function printableJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, null, indent).replace(steering, (characters) =>
    // JSON escapes line ends itself, and writes others between values.
    Array.from(
      { length: characters.length },
      (_, i) => `\\u${characters.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
