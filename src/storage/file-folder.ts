/** @file The files of a folder, wherever they are: on a disk, in a browser's memory, behind an address. */
import type { ByteSource } from "../safetensors/read.ts";

/** A file that stays open for reads from any place until it is closed. */
export interface FileSource extends ByteSource {
  close(): Promise<void>;
}

/** Files by their names in a folder; parts of a name are divided by "/". Only regular files count. */
export interface FileFolder {
  /** What messages call the folder. */
  readonly path: string;
  /** What messages call a file. */
  pathOf(name: string): string;
  has(name: string): Promise<boolean>;
  /** The names of what lies in the folder itself, sorted. */
  names(): Promise<string[]>;
  /** All bytes of a file; undefined if there is none. Throws an Error if it is larger than `maxBytes` or cannot be read. */
  read(name: string, maxBytes: number): Promise<Uint8Array | undefined>;
  /** The real place of the bytes of a file: the same for two names of one file. Throws if there is none. */
  locate(name: string): Promise<string>;
  /** Opens the file that lies there for reads from any place. Throws an Error if there is none. */
  open(location: string): Promise<FileSource>;
}
