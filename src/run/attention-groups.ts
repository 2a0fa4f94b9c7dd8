/** @file Groups of positions that attention is shared among. */
import type { RunDescription, TokenRole } from "./types.ts";

/** The groups, in the order of every axis "groups". `image` leaves out those that are sinks. */
export const attentionGroups = ["image", "image-sinks", "question", "earlier-answer", "system", "template"] as const;

export type AttentionGroup = (typeof attentionGroups)[number];

const groupOfRole: Readonly<Record<TokenRole, AttentionGroup>> = {
  image: "image",
  question: "question",
  answer: "earlier-answer",
  system: "system",
  template: "template",
  bos: "template",
  special: "template",
};

/** The group of each place of the key axis, as an index in `attentionGroups`, [keys]. `sinks` are positions of image tokens. */
export function groupsOfPositions(
  { tokens, memory }: Pick<RunDescription, "tokens" | "memory">,
  sinks: Iterable<number> = [],
): Uint8Array {
  const sinkPositions = new Set(sinks);
  const roles = [...tokens.map(({ role }) => role), ...memory.map(() => "image" as const)];
  return Uint8Array.from(roles, (role, position) =>
    attentionGroups.indexOf(role === "image" && sinkPositions.has(position) ? "image-sinks" : groupOfRole[role]),
  );
}
