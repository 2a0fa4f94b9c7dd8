/** @file The id of a token. */
import { z } from "zod";

/** Ten times the largest vocabulary in use; an id beyond it would allocate a table of that length. */
export const maxTokenId = 4_000_000;

export const tokenId = z.int().min(0).max(maxTokenId);
