/** @file Texts that break readers, and changes to texts. */
import type { Random } from "./random.ts";

const texts = [
  "",
  " ",
  "a",
  "\u0000",
  "\n",
  "\r\n",
  "\t",
  "\u001b[2J\u001b]0;x\u0007",
  "\u202e",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\udc00x",
  "é",
  "e\u0301",
  "👩‍👩‍👧‍👦",
  "日本語",
  "../../etc/passwd",
  "/etc/passwd",
  "C:\\x",
  "NUL",
  "%00",
  "%2e%2e%2f",
  "${x}",
  "{{ x }}",
  "<image>",
  "<script>",
  "' OR 1=1",
  "__proto__",
  "constructor",
  "undefined",
  "null",
  "NaN",
  "-1",
  "1e999",
  "0x10",
  "true",
  "default",
  "\\",
  '"',
  "'",
  ".",
  "..",
  "-",
  "--",
  "=",
  ",",
];

/** A text at some border: empty, long, of control characters, of half a character, or with a meaning elsewhere. */
export function hostileText(random: Random): string {
  if (random.chance(0.9)) return random.pick(texts);
  return random.pick(texts).repeat(random.pick([2, 100, 300, 5000]));
}

/** A copy of a text with one to three changes. */
export function mutateText(text: string, random: Random): string {
  let changed = text;
  for (let count = 1 + random.below(3); count > 0; count--) changed = changeOnce(changed, random);
  return changed;
}

function changeOnce(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(8));
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + text.slice(end);
    case 1:
      return text.slice(0, at) + hostileText(random) + text.slice(at);
    case 2:
      return (
        text.slice(0, at) + String.fromCharCode(random.below(random.chance(0.8) ? 128 : 65536)) + text.slice(at + 1)
      );
    case 3:
      return text.slice(0, end) + text.slice(at);
    case 4: {
      const from = random.below(text.length + 1);
      return text.slice(0, at) + text.slice(from, from + 1 + random.below(20)) + text.slice(at);
    }
    case 5:
      return random.chance(0.5) ? text.toUpperCase() : text.split("").reverse().join("");
    default:
      return text.slice(0, at);
  }
}
