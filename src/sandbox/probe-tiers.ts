/**
 * Says which tiers this machine gives, by running something in each: harmless work that must succeed (the positive
 * control) and the reading of a file of this machine that must fail. A tier counts when both come out right.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

import { messageOf } from "../core/errors.ts";
import { createSandbox, findTools, type Tools } from "./create-sandbox.ts";
import { type BubblewrapTools, launchBubblewrap } from "./bubblewrap/launch-bubblewrap.ts";
import { supervise } from "./limits/supervise.ts";
import type { JobResult, Limits, Tier } from "./types.ts";

export interface TierReport {
  readonly tier: Tier;
  readonly isAvailable: boolean;
  /** What was tried and found, in one sentence. */
  readonly reason: string;
  /** What to do to get it; empty when it is there. */
  readonly hint: string;
}

/** Readable by everybody on every Unix, and inside no sandbox. */
const CANARY = "/etc/passwd";
const LIMITS: Limits = {
  wallSeconds: 10,
  memoryBytes: 512 * 1024 ** 2,
  processes: 8,
  outputBytes: 65_536,
  diskBytes: 1024 ** 2,
};

/** One report per tier, strongest first. Takes about 0.1 s. */
export async function probeTiers(): Promise<TierReport[]> {
  const tools = await findTools();
  return Promise.all(
    (["bubblewrap+deno", "bubblewrap", "deno", "none"] as const).map((tier) => probeTier(tier, tools)),
  );
}

export async function probeTier(tier: Tier, tools: Tools): Promise<TierReport> {
  if (tier === "none") return available(tier, "confines nothing; runs only when it is asked for");
  if (tier === "deno") return probeDeno(tier, tools);
  const bubblewrap = await probeBubblewrap(tools);
  return tier === "bubblewrap" || !bubblewrap.isAvailable ? { ...bubblewrap, tier } : probeDeno(tier, tools);
}

const available = (tier: Tier, reason: string): TierReport => ({ tier, isAvailable: true, reason, hint: "" });
const absent = (tier: Tier, reason: string, hint: string): TierReport => ({ tier, isAvailable: false, reason, hint });

async function probeDeno(tier: Tier, tools: Tools): Promise<TierReport> {
  if (tools.deno === undefined) {
    return absent(
      tier,
      `npm installed no Deno binary for ${process.platform} ${process.arch}`,
      "Run npm install without --omit=optional.",
    );
  }
  const sandbox = createSandbox(tier, tools, { spares: 0 });
  const source = `export default async (host) => {
    const product = 6 * host.input;
    try { return { product, leaked: (await import("file://${CANARY}", { with: { type: "text" } })).default }; }
    catch { return { product, leaked: "" }; }
  }`;
  const result = await sandbox.module({ source, input: 7, blobs: {}, functions: {}, limits: LIMITS }).result;
  await sandbox.close();
  const { product, leaked } = (result.value ?? {}) as { product?: number; leaked?: string };
  if (product !== 42)
    return absent(tier, `a module that should return 42 failed: ${explain(result)}`, "Run npm install again.");
  if (leaked !== "")
    return absent(tier, `a module could read ${CANARY}`, "Please report this: the sandbox does not hold here.");
  return available(tier, `a module ran in ${Math.round(result.wallSeconds * 1000)} ms and could not read ${CANARY}`);
}

async function probeBubblewrap({ bubblewrap }: Tools): Promise<TierReport> {
  const tier = "bubblewrap";
  if (process.platform !== "linux")
    return absent(
      tier,
      `bubblewrap needs Linux, found ${process.platform}`,
      "Use the deno tier: write the program as a TypeScript module.",
    );
  if (bubblewrap === undefined) return absent(tier, "bwrap or prlimit is not installed", INSTALL);
  const obstacle = versionObstacle(bubblewrap) ?? rootObstacle(bubblewrap);
  if (obstacle !== undefined) return absent(tier, obstacle, INSTALL);
  const result = await runProbe(bubblewrap);
  const firstLine = readFileSync(CANARY, "utf8").split("\n", 1)[0] ?? "";
  if (!result.outputTail.includes("alive"))
    return absent(tier, `bubblewrap could not start a sandbox: ${explain(result)}`, namespaceHint());
  if (result.outputTail.includes(firstLine))
    return absent(tier, `a command could read ${CANARY}`, "Please report this: the sandbox does not hold here.");
  return available(tier, `a command ran in ${Math.round(result.wallSeconds * 1000)} ms and could not read ${CANARY}`);
}

function runProbe(tools: BubblewrapTools): Promise<JobResult> {
  const argv = ["/bin/sh", "-c", `echo alive; cat ${CANARY}`];
  const launched = launchBubblewrap(tools, {
    argv,
    env: {},
    stdin: "ignore",
    mark: "",
    workFolder: undefined,
    readOnly: [],
    limits: LIMITS,
  });
  return supervise(launched, { job: { limits: LIMITS } }).result;
}

const INSTALL =
  "Install bubblewrap 0.8 or newer: sudo apt-get install bubblewrap (or dnf, pacman, zypper, apk add bubblewrap util-linux).";

/** The option that closes nested user namespaces came with 0.8. */
function versionObstacle({ bwrap }: BubblewrapTools): string | undefined {
  try {
    const version = /(\d+)\.(\d+)/.exec(execFileSync(bwrap, ["--version"], { encoding: "utf8" }));
    const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
    return major > 0 || minor >= 8
      ? undefined
      : `expected bubblewrap 0.8 or newer, found ${version?.[0] ?? "no version"}`;
  } catch (error) {
    return `bwrap --version failed: ${messageOf(error)}`;
  }
}

function rootObstacle({ setpriv, unshare }: BubblewrapTools): string | undefined {
  const isMissing = process.getuid?.() === 0 && (setpriv === undefined || unshare === undefined);
  return isMissing ? "as root, setpriv and unshare of util-linux are needed and were not found" : undefined;
}

/** Why an installed bubblewrap may not create namespaces, from what this machine shows of itself. */
function namespaceHint(): string {
  if (setting("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return "AppArmor keeps bubblewrap from user namespaces (Ubuntu 23.10 and newer): install a profile for it (sudo apt-get install apparmor-profiles, then link bwrap-userns-restrict into /etc/apparmor.d and reload), or sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0.";
  }
  if (setting("/proc/sys/kernel/unprivileged_userns_clone") === "0")
    return "Allow user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1.";
  if (setting("/proc/sys/user/max_user_namespaces") === "0")
    return "Allow user namespaces: sudo sysctl user.max_user_namespaces=15000.";
  if (existsSync("/.dockerenv") || existsSync("/run/.containerenv")) {
    return "Containers block user namespaces by default: start this one with --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined, or use the deno tier.";
  }
  return "Run the command in the reason by hand to see what the kernel refuses, or use the deno tier.";
}

function setting(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}

function explain(result: JobResult): string {
  const printed = result.outputTail.trim().split("\n").at(-1) ?? "";
  return printed === "" ? result.reason : `${result.reason} (${printed})`;
}
