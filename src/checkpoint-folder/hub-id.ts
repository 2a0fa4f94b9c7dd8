/** @file Names of models and revisions on the Hugging Face hub, checked before they become paths or addresses. */
import { quote } from "../json/quote.ts";

const maxIdLength = 96;
const namePattern = /^\w(?:[\w.-]*\w)?$/;
const revisionPattern = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/;
const commitPattern = /^[0-9a-f]{40}$/;

/** Whether `text` can be a model's id: `name` or `organization/name`, of letters, digits, "_", "-" and ".". */
export function isHubId(text: string): boolean {
  const parts = text.split("/");
  const plain = parts.length <= 2 && parts.every((part) => namePattern.test(part));
  // The hub itself forbids two dots or dashes in a row; the cache writes "--" for the slash.
  return plain && text.length <= maxIdLength && !text.includes("..") && !text.includes("--");
}

/** Throws an Error if `id` is no id of a model. */
export function checkHubId(id: string): void {
  if (isHubId(id)) return;
  throw new Error(`${quote(id)} is not the id of a model; write it as NAME or ORGANIZATION/NAME.`);
}

/** Throws an Error if `revision` cannot be a branch, a tag or a commit. */
export function checkRevision(revision: string): void {
  if (revisionPattern.test(revision) && !revision.includes("..") && revision.length <= maxIdLength) return;
  throw new Error(`${quote(revision)} is not a revision; pass a branch, a tag or a commit.`);
}

/** Whether `text` is a full commit hash. */
export function isCommit(text: string): boolean {
  return commitPattern.test(text);
}
