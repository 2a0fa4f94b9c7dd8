/** @file The id of a token. */
import { z } from "zod";

/** Ten times the largest vocabulary in use; an id beyond it would allocate a table of that length. */
export const maxTokenId = 4_000_000;

/** Reads the id of a token from a file: a whole number from 0 to `maxTokenId`. */
export const tokenId = z.int().min(0).max(maxTokenId);
