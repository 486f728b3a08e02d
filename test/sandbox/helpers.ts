/** What the sandbox's tests share: limits, sandboxes of every tier that this machine has, and attack scripts run in them. */
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll } from "vitest";

import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { probeTiers } from "../../src/sandbox/probe-tiers.ts";
import type { CommandJob, JobResult, Limits, ModuleJob, Sandbox, Tier } from "../../src/sandbox/types.ts";
import { removeHostileFolder } from "../../src/workspace/remove-folder.ts";

export const MEGABYTE = 1024 * 1024;

/** Generous in time, because the machine may be busy with other tests. */
export const LIMITS: Limits = {
  wallSeconds: 60,
  memoryBytes: 512 * MEGABYTE,
  processes: 32,
  outputBytes: 4 * MEGABYTE,
  diskBytes: 64 * MEGABYTE,
};

const reports = await probeTiers();
const has = (tier: Tier): boolean => reports.some((report) => report.tier === tier && report.isAvailable);

for (const { tier, isAvailable, reason, hint } of reports) {
  if (!isAvailable) console.log(`SKIPPED: tests of tier ${tier}: ${reason}. ${hint}`);
}

export const hasBubblewrap = has("bubblewrap");
export const moduleTiers = (["deno", "bubblewrap+deno"] as const).filter(has);
/** Tier none is the positive control of every attack: there it must succeed. */
export const commandTiers: readonly Tier[] = hasBubblewrap ? ["none", "bubblewrap"] : ["none"];

const opened = new Map<Tier, Promise<Sandbox>>();
const folders: string[] = [];

/** One sandbox per tier and test file. */
export function sandboxOf(tier: Tier): Promise<Sandbox> {
  const sandbox = opened.get(tier) ?? openSandbox({ tier, allowUnsafe: tier === "none" });
  opened.set(tier, sandbox);
  return sandbox;
}

/** A folder that is removed after the test file; its parents can only be searched by the user who runs the tests. */
export function temporaryFolder(parent = tmpdir()): string {
  const folder = realpathSync(mkdtempSync(join(parent, "strop-sandbox-")));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  await Promise.all([...opened.values()].map(async (sandbox) => (await sandbox).close()));
  await Promise.all(folders.map(removeHostileFolder));
});

/** Runs a shell or Python text with a fresh work folder. */
export function runScript(sandbox: Sandbox, script: string, job: Partial<CommandJob> = {}): Promise<JobResult> {
  const interpreter = script.startsWith("import ") ? "/usr/bin/python3" : "/bin/sh";
  return sandbox.command({
    argv: [interpreter, "-c", script],
    workFolder: temporaryFolder(),
    readOnly: [],
    env: {},
    limits: LIMITS,
    ...job,
  }).result;
}

/** Runs a module with nothing but an input. */
export function runSource(sandbox: Sandbox, source: string, job: Partial<ModuleJob> = {}): Promise<JobResult> {
  return sandbox.module({ source, input: null, blobs: {}, functions: {}, limits: LIMITS, ...job }).result;
}
