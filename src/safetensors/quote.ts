/** @file Quotes values from untrusted files for error messages, so that none can flood a terminal. */

/** Characters of a value that an error message shows: enough for any real tensor name. */
const shownLength = 120;

/** `value` as JSON, with control characters escaped and cut after 120 characters. */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? value.slice(0, shownLength + 1) : value;
  const json = (JSON.stringify(text) as string | undefined) ?? String(value);
  return json.length <= shownLength + 2 ? json : `${json.slice(0, shownLength)}…`;
}
