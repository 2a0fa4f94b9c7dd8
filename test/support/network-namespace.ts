/** @file Starts programs in a network of their own, which holds no way out, if the system permits that. */
import { spawnSync } from "node:child_process";

/** A new namespace as root, or else as a user who is root in a namespace of users. */
const ways = [
  ["unshare", "--net"],
  ["unshare", "--user", "--map-root-user", "--net"],
] as const;

/** Switches on the address 127.0.0.1, which is off in a new namespace: by iproute2, or by the system call itself. */
const loopbackOn =
  'ip link set lo up 2>/dev/null || perl -e \'socket(S,2,2,0) or die; my $r=pack("a16s","lo",0x41); ioctl(S,0x8914,$r) or die\' 2>/dev/null';

/** The command line that runs `command` in a network namespace of its own; undefined if the system permits none. */
export function inOwnNetwork(command: readonly string[]): readonly string[] | undefined {
  const lines = ways.map((way) => (then: readonly string[]): readonly [string, ...string[]] => {
    return [...way, "sh", "-c", `{ ${loopbackOn}; } && exec "$@"`, "sh", ...then];
  });
  const permitted = lines.find((line) => {
    const [program, ...args] = line(["true"]);
    return spawnSync(program, args, { stdio: "ignore" }).status === 0;
  });
  return permitted?.(command);
}
