/**
 * @file The token of a server, from places that other users of the computer cannot read: an environment variable or a file. The words of
 * a command line stand in the list of processes.
 */
import { quote } from "../json/quote.ts";
import { readLimitedFile } from "../files/regular-file.ts";
import { isLoopback } from "../server/safety/host.ts";
import { randomToken } from "../server/safety/access.ts";
import { UsageError } from "./usage-error.ts";

/** Environment variable that holds the token. */
const tokenVariable = "LVLM_INTERPRET_TOKEN";

const shortestToken = 16;
const longestToken = 1000;
/** A token and the end of its line. */
const maxFileBytes = longestToken + 2;

export interface TokenSources {
  /** Path that `--token-file` gives. */
  readonly file: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The address that the server will listen at. */
  readonly host: string;
}

/**
 * The token that the page asks for: that of the file, else that of the environment, else a random one if others than
 * this computer can reach it, else none. Throws an Error that does not hold the token.
 */
export async function accessToken({ file, environment, host }: TokenSources): Promise<string | undefined> {
  if (file !== undefined) return checkToken(await readTokenFile(file), `The token in ${quote(file)}`);
  const given = environment[tokenVariable];
  if (given) return checkToken(given, `The token in the environment variable ${tokenVariable}`);
  return isLoopback(host) ? undefined : randomToken();
}

async function readTokenFile(path: string): Promise<string> {
  const bytes = await readLimitedFile(path, maxFileBytes);
  if (bytes === undefined)
    throw new UsageError(`--token-file ${quote(path)} does not exist; give a file with the token.`);
  return new TextDecoder().decode(bytes).replace(/\r?\n$/, "");
}

function checkToken(token: string, source: string): string {
  if (token.length >= shortestToken && token.length <= longestToken && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new UsageError(
    `${source} must have ${shortestToken} to ${longestToken} letters, digits and signs without spaces, got ${token.length} characters.`,
  );
}
