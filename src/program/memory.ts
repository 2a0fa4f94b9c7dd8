/** @file How much memory the work may take. */

import { lookUp } from "../tensor/look-up.ts";

const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** Bytes of a size such as "8GB", "512 MB", "1.5GiB" or "4000000"; undefined for what is none, or not above 0. */
export function parseBytes(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(text.trim());
  const unit = lookUp(units, parts?.[2]?.toLowerCase() ?? "");
  if (parts === null || unit === undefined) return undefined;
  const bytes = Math.floor(Number(parts[1]) * unit);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Memory that the work may take if nothing is said: what the system has available for this process now. */
export function availableMemoryBytes(): number {
  return process.availableMemory();
}
