/** @file Measures JSON text before it is parsed, so that a small hostile file cannot become a huge object. */

const backslash = 0x5c;
const doubleQuote = 0x22;
const colon = 0x3a;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;

export interface JsonStructure {
  /** Deepest nesting of objects and arrays; 1 for a flat object, 0 for a number. */
  readonly depth: number;
  /** Number of objects and arrays. */
  readonly containers: number;
  /** Number of names in the outermost object, repeated names counted each time. */
  readonly outerNames: number;
}

/** Counts the structure of UTF-8 JSON `bytes` in one pass and constant memory. Says nothing about whether the JSON is valid. */
export function measureJson(bytes: Uint8Array): JsonStructure {
  let level = 0;
  let depth = 0;
  let containers = 0;
  let outerNames = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (inString) {
      if (byte === backslash) i++;
      else if (byte === doubleQuote) inString = false;
    } else if (byte === doubleQuote) {
      inString = true;
    } else if (byte === openBrace || byte === openBracket) {
      containers++;
      level++;
      if (level > depth) depth = level;
    } else if (byte === closeBrace || byte === closeBracket) {
      level--;
    } else if (byte === colon && level === 1) {
      outerNames++;
    }
  }
  return { depth, containers, outerNames };
}
