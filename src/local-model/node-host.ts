/** @file Node as the machine on which models are explained: sharp decodes pictures, large ones in a process of their own. */
import type { Host } from "../explain/host.ts";
import { readPictureBytes } from "../image/decode.ts";
import { openPicture } from "../picture-work/open-picture.ts";
import { readPicture } from "../picture-work/read-picture.ts";
import { programVersion } from "../program/program-version.ts";

export const nodeHost: Host = {
  pictures: { readFile: readPictureBytes, read: readPicture, open: openPicture },
  programVersion,
};
