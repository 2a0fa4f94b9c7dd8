/** @file Limits on what a request may bring, in one place; the page learns those it needs from /api/status. */

export const requestLimits = {
  /** Bytes of path and query. */
  urlBytes: 8192,
  /** Bytes of all headers. */
  headerBytes: 16_384,
  /** Bytes of a JSON body: long conversations and the strokes of edited pictures fit. */
  jsonBytes: 4 * 1024 * 1024,
  /** Nesting of objects and lists in a JSON body. */
  jsonDepth: 16,
  /** Number of objects and lists in a JSON body. */
  jsonContainers: 100_000,
  /** Characters of a file's name. */
  nameLength: 200,
  /** Open connections; a page holds a few. */
  connections: 256,
} as const;

/** How often an address may give a wrong token. */
export const guessLimits = { tries: 10, waitMs: 60_000, maxAddresses: 10_000 } as const;

export const timeLimits = {
  /** Milliseconds for a request's headers to arrive. */
  headers: 15_000,
  /** Milliseconds for a whole request to arrive, uploads included. */
  request: 10 * 60_000,
  /** Milliseconds until an answer must begin; work that takes longer is a job. */
  answer: 120_000,
  /** Milliseconds between two comments that keep a stream of events open. */
  heartbeat: 15_000,
} as const;
