/** @file Limits how often an address may give a wrong token. */
import { isIPv6 } from "node:net";

export interface GuessLimits {
  /** Wrong tokens in a row after which an address has to wait. */
  readonly tries: number;
  /** Milliseconds that it waits, and after which an address that made none more is forgotten. */
  readonly waitMs: number;
  /** Most addresses that are remembered; the one that guessed longest ago is forgotten first. */
  readonly maxAddresses: number;
}

export interface GuessLimit {
  /** Seconds until tokens of `address` are looked at again; 0 if they are now. */
  waitSeconds(address: string): number;
  /** Remembers that `address` gave a wrong token. */
  remember(address: string): void;
  /** Forgets the wrong tokens of an address that gave the right one. */
  forget(address: string): void;
}

interface Guesses {
  readonly count: number;
  /** Time of the last one. */
  readonly last: number;
}

/**
 * Whose guesses count together: an IPv4 address, or the first 64 bits of an IPv6 address, which are what one network gives to one
 * customer.
 */
export function guesserOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [head = "", tail = ""] = address.toLowerCase().split("%")[0]!.split("::");
  const [before, after] = [head, tail].map((part) => (part === "" ? [] : part.split(":")));
  const zeros = Array.from({ length: Math.max(0, 8 - before!.length - after!.length) }, () => "0");
  const groups = address.includes("::") ? [...before!, ...zeros, ...after!] : before!;
  return groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(":");
}

/** A limit whose clock is `now`, in milliseconds. */
export function createGuessLimit(
  { tries, waitMs, maxAddresses }: GuessLimits,
  now: () => number = Date.now,
): GuessLimit {
  // In the order of the last guess.
  const guesses = new Map<string, Guesses>();
  const recent = (key: string): Guesses | undefined => {
    const found = guesses.get(key);
    return found !== undefined && now() - found.last < waitMs ? found : undefined;
  };
  return {
    waitSeconds(address) {
      const found = recent(guesserOf(address));
      return found === undefined || found.count < tries ? 0 : Math.ceil((found.last + waitMs - now()) / 1000);
    },
    remember(address) {
      const key = guesserOf(address);
      const count = (recent(key)?.count ?? 0) + 1;
      guesses.delete(key);
      guesses.set(key, { count, last: now() });
      if (guesses.size > maxAddresses) guesses.delete(guesses.keys().next().value!);
    },
    forget: (address) => void guesses.delete(guesserOf(address)),
  };
}
