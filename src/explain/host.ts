/** @file What explaining needs of the machine that it runs on: pictures decoded, and the version of the program. */
import type { Model } from "../engine/model.ts";
import type { OpenPicture, OpenPictureOptions } from "../picture-work/open-picture.ts";
import type { ReadPictureOptions } from "../picture-work/read-picture.ts";
import type { PictureAnswer, PictureTask } from "../picture-work/work-types.ts";

export interface PictureReader {
  /** The bytes of a picture file. Throws an Error that names the file if it cannot be read. */
  readonly readFile: (path: string) => Promise<Uint8Array>;
  /** Decodes a picture and does one task with it. Throws a ProblemError if the picture cannot be read or is too large. */
  readonly read: <Task extends PictureTask>(
    bytes: Uint8Array,
    options: ReadPictureOptions<Task>,
  ) => Promise<PictureAnswer<Task["kind"]>>;
  /** Decodes a picture and keeps it until it is closed. Throws as `read`. */
  readonly open: (bytes: Uint8Array, options: OpenPictureOptions) => Promise<OpenPicture>;
}

export interface Host {
  readonly pictures: PictureReader;
  /** The version of the program, as runs record it. */
  readonly programVersion: () => string;
}

/** A model with the machine that it is asked on. */
export interface HostedModel extends Model {
  readonly host: Host;
}
