/** @file Quotes values from untrusted files for error messages, so that none can flood a terminal. */

/** Characters of a value that an error message shows: enough for any real tensor name. */
const shownLength = 120;

/** Characters beyond those that JSON escapes which steer a terminal, end a line or turn the direction of text. */
const steering = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** `value` as JSON, with control characters escaped and cut after 120 characters; "nothing" for undefined. */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? value.slice(0, shownLength + 1) : value;
  const written = (JSON.stringify(text) as string | undefined) ?? "nothing";
  const json = written.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return json.length <= shownLength + 2 ? json : `${json.slice(0, shownLength)}…`;
}

/** Text of others, such as a library's message, as a part of a sentence: one line without control characters, cut after `length`. */
export function oneLine(text: string, length = 300): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, " ").trim();
  return line.length <= length ? line : `${line.slice(0, length)}…`;
}
