/** @file Added tokens: they are found in a text as a whole, before the model gets the rest. */
import { quote } from "../json/quote.ts";
import { whiteSpace, wordCharacter } from "./characters.ts";
import { withoutSpaceAfter, type Normalize } from "./normalizers.ts";
import { addToTrie, createTrie, type TrieNode } from "./trie.ts";

/** A token that is found in text as a whole. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** It is not found inside a word. */
  readonly single_word: boolean;
  /** It takes the white space before it. */
  readonly lstrip: boolean;
  /** It takes the white space after it. */
  readonly rstrip: boolean;
  /** It is found in its normalized form, in the normalized text. */
  readonly normalized: boolean;
  /** Decoding may leave it out. */
  readonly special: boolean;
}

/** A stretch of a text that is an added token, or that lies between two. */
interface Section {
  readonly text: string;
  readonly start: number;
  readonly id?: number;
}

const wordAtEnd = new RegExp(`[${wordCharacter}]$`, "u");
const wordAtStart = new RegExp(`^[${wordCharacter}]`, "u");
const spaceAtStart = new RegExp(`^${whiteSpace}*`, "u");

/** Finds added tokens in texts: at each place the longest one. */
export type FindAddedTokens = (text: string) => Section[];

/** Returns the function that cuts a text at the tokens, each found by its `form`. Throws an Error if two have the same form. */
export function createAddedTokenFinder(
  tokens: readonly { readonly token: AddedToken; readonly form: string }[],
  file: string,
): FindAddedTokens {
  const trie = createTrie<AddedToken>();
  const forms = new Map<string, AddedToken>();
  for (const { token, form } of tokens) {
    const other = forms.get(form);
    if (other !== undefined || form === "") {
      const what = other === undefined ? "is empty" : `is the same text as that of ${quote(other.content)}`;
      throw new Error(`${file}: the added token ${quote(token.content)} ${what} after normalizing.`);
    }
    forms.set(form, token);
    addToTrie(trie, form, token);
  }
  if (tokens.length === 0) return (text) => [{ text, start: 0 }];
  return (text) => cutAtTokens(text, trie);
}

function cutAtTokens(text: string, trie: TrieNode<AddedToken>): Section[] {
  const sections: Section[] = [];
  let done = 0;
  const add = (start: number, end: number, id?: number): void => {
    sections.push({ text: text.slice(start, end), start, ...(id === undefined ? {} : { id }) });
  };
  for (let at = 0; at < text.length;) {
    const found = longestAt(text, at, trie);
    if (found === undefined) {
      at++;
      continue;
    }
    const { token, end } = found;
    const matchStart = at;
    at = end;
    if (token.single_word && isInsideWord(text, matchStart, end)) continue;
    const start = token.lstrip ? Math.max(withoutSpaceAfter(text.slice(0, matchStart)).length, done) : matchStart;
    const stop = token.rstrip ? end + spaceAtStart.exec(text.slice(end))![0].length : end;
    if (done < start) add(done, start);
    // A token before this one may have taken all of it as white space.
    if (start < stop) add(start, stop, token.id);
    done = stop;
  }
  if (done < text.length) add(done, text.length);
  return sections;
}

function longestAt(
  text: string,
  start: number,
  trie: TrieNode<AddedToken>,
): { readonly token: AddedToken; readonly end: number } | undefined {
  let longest: { readonly token: AddedToken; readonly end: number } | undefined;
  let node = trie.next.get(text.charCodeAt(start));
  for (let end = start + 1; node !== undefined; node = node.next.get(text.charCodeAt(end++))) {
    if (node.value !== undefined) longest = { token: node.value, end };
  }
  return longest;
}

function isInsideWord(text: string, start: number, end: number): boolean {
  // Two units, since a character may take two.
  return wordAtEnd.test(text.slice(Math.max(0, start - 2), start)) || wordAtStart.test(text.slice(end, end + 2));
}

/** The forms in which tokens are found: normalized ones first pass through the tokenizer's normalizer. */
export function formOf({ normalized, content }: AddedToken, normalize: Normalize | undefined): string {
  return normalized && normalize !== undefined ? normalize(content) : content;
}
