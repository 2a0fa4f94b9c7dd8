/** @file Errors of the file system in words: one table from the code of an error to what is wrong and what to do. */

/** What was tried with a file or folder. */
export type FileWork = "read" | "written" | "moved" | "deleted" | "made" | "used";

/** What an error means; by what was tried, if that matters: `reading` and `writing` for the rest. */
type Reason = string | { readonly reading: string; readonly writing: string };

const noAccess: Reason = {
  reading: "reading it is not allowed; change its permissions",
  writing: "writing there is not allowed; choose another folder or change its permissions",
};
const inUse = "another program uses it; close that program and try again";
const tooManyOpen = "too many files are open; close some programs and try again";

const reasons: Readonly<Record<string, Reason>> = {
  ENOENT: {
    reading: "it does not exist; check the path",
    writing: "its folder does not exist; make the folder first",
  },
  ENOTDIR: "a part of its path is a file; choose another path",
  EACCES: noAccess,
  EPERM: noAccess,
  EROFS: "the disk can only be read; choose another folder",
  ENOSPC: "the disk is full; free some space",
  EDQUOT: "the disk space that you may use is full; free some space",
  EFBIG: "it is larger than the disk takes; choose another disk",
  EISDIR: "it is a folder; give the name of a file",
  EEXIST: "there is something of this name already; choose another name",
  ENOTEMPTY: "it is a folder that is not empty; choose another name",
  ENAMETOOLONG: "its name is too long; choose a shorter one",
  EINVAL: "the system does not take this name; choose another one",
  EILSEQ: "the system does not take this name; choose another one",
  ELOOP: "its links lead in a circle or are not followed here; use the file itself",
  EMFILE: tooManyOpen,
  ENFILE: tooManyOpen,
  EXDEV: "it would have to go to another disk; choose a folder on the same one",
  EBUSY: inUse,
  ETXTBSY: inUse,
  EIO: "the disk reports an error; check the disk",
  ENXIO: "it is no regular file; give the name of a file",
  ENODEV: "the disk is gone; connect it again",
  ESTALE: "the network folder is gone; connect it again",
  ETIMEDOUT: "the disk does not answer; check its connection",
};

/** An error of the file system. Its message is one sentence. */
export class FileError extends Error {
  override readonly name = "FileError";
  /** As Node gives it, such as "ENOSPC". */
  readonly code: string;
  /** The same sentence with the name of the file alone in place of a path, for others than the user of this computer. */
  readonly withoutPath: string;

  constructor(name: string, { work, code, cause }: { work: FileWork; code: string; cause?: unknown }) {
    const rest = `cannot be ${work}: ${reasonOf(code, work)}.`;
    super(`${name} ${rest}`, { cause });
    this.code = code;
    this.withoutPath = `${name.split(/[\\/]/).at(-1)!} ${rest}`;
  }
}

function reasonOf(code: string, work: FileWork): string {
  if (!Object.hasOwn(reasons, code)) return `the system reports ${code}; try again`;
  const reason = reasons[code]!;
  if (typeof reason === "string") return reason;
  return work === "read" || work === "used" ? reason.reading : reason.writing;
}

/** Codes of networks and processes, which have the same form. */
const ofConnections = /^E(?:CONN|PIPE|ADDR|HOST|NET|NOTFOUND|SRCH|CHILD)/;

/** The code of an error that the file system gave, such as "ENOENT"; undefined for any other error. */
export function fileErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code !== "string" || !/^E[A-Z0-9]+$/.test(code) || ofConnections.test(code)) return undefined;
  return error instanceof FileError || "errno" in error ? code : undefined;
}

/**
 * An error of the file system as one sentence about `name`, the file's name for the user. Other errors, and those that are
 * sentences already, come back as they are.
 */
export function fileError(error: unknown, name: string, work: FileWork): unknown {
  const code = fileErrorCode(error);
  if (code === undefined || error instanceof FileError) return error;
  return new FileError(name, { work, code, cause: error });
}

/** Does something with a file. Throws errors of the file system as `fileError` words them. */
export async function withFileErrors<T>(name: string, work: FileWork, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw fileError(error, name, work);
  }
}
