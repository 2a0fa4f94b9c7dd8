/** @file The pictures of a run: as they came, and as the model was asked about them. */
import type { Run } from "./types.ts";

/** Bytes of a picture file with their MIME type. */
export interface RunPicture {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Picture K as it came. Throws an Error if the run has none. */
export async function originalPicture(run: Run, image: number): Promise<RunPicture> {
  const { data } = await run.tensor(`image.${image}`);
  return { bytes: data as Uint8Array, mediaType: run.description.images[image]!.mediaType };
}

/** Picture K as it was edited, a PNG; undefined if it was not. */
export async function editedPicture(run: Run, image: number): Promise<RunPicture | undefined> {
  if (run.description.images[image]?.edits === undefined) return undefined;
  const { data } = await run.tensor(`image.${image}.edited`);
  return { bytes: data as Uint8Array, mediaType: "image/png" };
}

/** Picture K as the model was asked about it, which is what its grids lie on: the edited one if there is one. */
export async function askedPicture(run: Run, image: number): Promise<RunPicture> {
  return (await editedPicture(run, image)) ?? originalPicture(run, image);
}
