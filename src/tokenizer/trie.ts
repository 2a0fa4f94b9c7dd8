/** @file A tree of texts by UTF-16 unit. */

export interface TrieNode<Value> {
  readonly next: Map<number, TrieNode<Value>>;
  value: Value | undefined;
}

export function createTrie<Value>(): TrieNode<Value> {
  return { next: new Map(), value: undefined };
}

/** Adds a text with its value; a text that is there gets the new value. */
export function addToTrie<Value>(root: TrieNode<Value>, text: string, value: Value): void {
  let node = root;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    let child = node.next.get(unit);
    if (child === undefined) {
      child = createTrie();
      node.next.set(unit, child);
    }
    node = child;
  }
  node.value = value;
}
