/**
 * @file A program of its own: serves the page with an empty home, asks a question, stays a while, and prints as JSON what was sent.
 * A test starts it in a network namespace if the system permits that, so that the kernel's counters are those of this program
 * and of the server alone.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { askDemo, serve } from "../cli/served.ts";

/** What the kernel counted since the namespace began. */
export interface Traffic {
  /** Packets for which there was no way out, of IPv4 and IPv6; a look-up of a name or a connection to another computer is one. */
  readonly withoutRoute: number;
  /** UDP packets sent, also to a resolver of this computer. */
  readonly datagrams: number;
  /** Connections that were taken: those of the question, which show that the counters count. */
  readonly acceptedConnections: number;
  /** Sockets of the server that are neither its listening one nor a connection to it, by their line in /proc. */
  readonly otherSockets: readonly string[];
  /** Files below the home, relative to it. */
  readonly files: readonly string[];
  /** The last event of the question's job. */
  readonly lastEvent: string;
}

/** A counter of the namespace of this process; 0 if the kernel has no such protocol. */
function counter(protocol: string, name: string): number {
  const lines = readFileSync("/proc/self/net/snmp", "utf8").split("\n");
  const [names, values] = lines.filter((line) => line.startsWith(`${protocol}: `)).map((line) => line.split(" "));
  const value = Number(values?.[names!.indexOf(name)]);
  if (!Number.isInteger(value)) throw new Error(`the kernel has no counter ${protocol} ${name}`);
  return value;
}

function counter6(name: string): number {
  const file = "/proc/self/net/snmp6";
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return Number(new RegExp(`^${name}\\s+(\\d+)$`, "m").exec(text)?.[1] ?? 0);
}

/** Inodes of the sockets that a process holds. */
function socketsOf(id: number): string[] {
  const folder = `/proc/${id}/fd`;
  return readdirSync(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, name)))?.[1] ?? [];
    } catch {
      // It was closed in between.
      return [];
    }
  });
}

/** Sockets of the internet that a process holds, other than those at `port` of its own. */
function otherSocketsOf(id: number, port: number): string[] {
  const sockets = new Set(socketsOf(id));
  const own = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return ["tcp", "tcp6", "udp", "udp6", "raw", "raw6"].flatMap((protocol) => {
    const file = `/proc/self/net/${protocol}`;
    const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(1) : [];
    return lines.flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      return sockets.has(fields[9] ?? "") && !fields[1]!.endsWith(own) ? [`${protocol} ${line.trim()}`] : [];
    });
  });
}

async function main(folder: string, seconds: number): Promise<void> {
  const home = join(folder, "home");
  mkdirSync(home);
  const environment = { HOME: home, XDG_CACHE_HOME: "", XDG_DATA_HOME: "", LVLM_INTERPRET_CACHE: "" };
  const { child, url, ended } = await serve({ cwd: folder, args: ["--no-open"], environment });
  const seen = new Set<string>();
  const look = setInterval(() => {
    for (const socket of otherSocketsOf(child.pid!, Number(new URL(url).port))) seen.add(socket);
  }, 20);
  const events = await (await fetch(`${url}/api/jobs/${await askDemo(url)}/events`)).text();
  await pause(seconds * 1000);
  clearInterval(look);
  child.kill("SIGTERM");
  await ended;
  const traffic: Traffic = {
    withoutRoute: counter("Ip", "OutNoRoutes") + counter6("Ip6OutNoRoutes"),
    datagrams: counter("Udp", "OutDatagrams") + counter6("Udp6OutDatagrams"),
    acceptedConnections: counter("Tcp", "PassiveOpens"),
    otherSockets: [...seen],
    files: readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name).slice(home.length + 1)),
    lastEvent: events.trimEnd().split("\n").at(-1)!,
  };
  process.stdout.write(JSON.stringify(traffic));
}

const [folder, seconds] = process.argv.slice(2);
await main(folder!, Number(seconds));
