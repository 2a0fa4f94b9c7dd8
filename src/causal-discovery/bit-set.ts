/**
 * @file Sets of small numbers as bits in rows of 32-bit words: searches of a graph go over many small sets, and are fastest where these take
 * no memory of their own.
 */

export interface BitRows {
  /** Words of a row. */
  readonly words: number;
  readonly bits: Int32Array;
}

/** Empty sets of numbers below `size`, one a row. */
export function bitRows(rows: number, size: number): BitRows {
  const words = Math.max(1, (size + 31) >>> 5);
  return { words, bits: new Int32Array(rows * words) };
}

/** The smallest member of a row that is at least `from`; -1 if there is none. */
export function nextIn({ words, bits }: BitRows, row: number, from: number): number {
  let word = from >>> 5;
  if (word >= words) return -1;
  const start = row * words;
  let rest = bits[start + word]! & (-1 << (from & 31));
  while (rest === 0) {
    word += 1;
    if (word === words) return -1;
    rest = bits[start + word]!;
  }
  return (word << 5) + 31 - Math.clz32(rest & -rest);
}

export function has({ words, bits }: BitRows, row: number, member: number): boolean {
  return (bits[row * words + (member >>> 5)]! & (1 << (member & 31))) !== 0;
}

export function add({ words, bits }: BitRows, row: number, member: number): void {
  bits[row * words + (member >>> 5)]! |= 1 << (member & 31);
}

export function remove({ words, bits }: BitRows, row: number, member: number): void {
  bits[row * words + (member >>> 5)]! &= ~(1 << (member & 31));
}

export function clear({ words, bits }: BitRows, row: number): void {
  for (let word = row * words; word < (row + 1) * words; word++) bits[word] = 0;
}

/** Copies a row into the first one of `to`. */
export function copyRow({ words, bits }: BitRows, row: number, to: BitRows): void {
  for (let word = 0; word < words; word++) to.bits[word] = bits[row * words + word]!;
}

/** Puts what two rows have in common into the first one of `to`. */
export function copyCommon(
  [one, row]: readonly [BitRows, number],
  [other, otherRow]: readonly [BitRows, number],
  to: BitRows,
): void {
  const { words } = one;
  for (let word = 0; word < words; word++) {
    to.bits[word] = one.bits[row * words + word]! & other.bits[otherRow * words + word]!;
  }
}

/** Leaves in the first row of `set` what it has in common with a row. */
export function keepCommon(set: BitRows, [other, row]: readonly [BitRows, number]): void {
  for (let word = 0; word < set.words; word++) set.bits[word]! &= other.bits[row * set.words + word]!;
}

/** Takes the members of a row out of the first row of `set`. */
export function keepOutside(set: BitRows, [other, row]: readonly [BitRows, number]): void {
  for (let word = 0; word < set.words; word++) set.bits[word]! &= ~other.bits[row * set.words + word]!;
}

/** Adds the members of a row to the first row of `set`. */
export function addAll(set: BitRows, [other, row]: readonly [BitRows, number]): void {
  for (let word = 0; word < set.words; word++) set.bits[word]! |= other.bits[row * set.words + word]!;
}

export function isEmpty({ words, bits }: BitRows, row: number): boolean {
  for (let word = row * words; word < (row + 1) * words; word++) if (bits[word] !== 0) return false;
  return true;
}

/** The smallest member of the first row of `set` that is not in the other row; -1 if there is none. */
export function firstOutside(set: BitRows, [other, row]: readonly [BitRows, number]): number {
  for (let word = 0; word < set.words; word++) {
    const rest = set.bits[word]! & ~other.bits[row * set.words + word]!;
    if (rest !== 0) return (word << 5) + 31 - Math.clz32(rest & -rest);
  }
  return -1;
}

/** Whether the row of `set` has a member that the other does not. */
export function hasOutside(set: BitRows, row: number, [other, otherRow]: readonly [BitRows, number]): boolean {
  const { words, bits } = set;
  const start = row * words;
  const otherStart = otherRow * words;
  for (let word = 0; word < words; word++) {
    if ((bits[start + word]! & ~other.bits[otherStart + word]!) !== 0) return true;
  }
  return false;
}

/** Members of a row, ascending. */
export function membersOf(set: BitRows, row = 0): number[] {
  const found: number[] = [];
  for (let member = nextIn(set, row, 0); member >= 0; member = nextIn(set, row, member + 1)) found.push(member);
  return found;
}
