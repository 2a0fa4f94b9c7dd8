/** @file What a sandbox and its process say to each other. */

/** The first message has the setup, each later one an input. */
export type ParentMessage = { readonly setup: unknown } | { readonly input: unknown };

export type ChildMessage =
  { readonly output: unknown } | { readonly error: { readonly message: string; readonly code?: string } };
