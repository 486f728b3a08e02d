/**
 * What the sandbox costs: medians of start-to-result, kill and call times, with a bare process of the same kind in
 * the same run as the rival. Usage: node bench/sandbox/measure.ts [repetitions]
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { bundleModule } from "../../src/sandbox/deno/bundle.ts";
import { findDeno } from "../../src/sandbox/find-program.ts";
import { openSandbox } from "../../src/sandbox/open-sandbox.ts";
import { probeTiers } from "../../src/sandbox/probe-tiers.ts";
import type { Execution, Limits, ModuleJob, Sandbox } from "../../src/sandbox/types.ts";

const repetitions = Number(process.argv[2] ?? 30);
const limits: Limits = {
  wallSeconds: 30,
  memoryBytes: 512 * 2 ** 20,
  processes: 16,
  outputBytes: 1e6,
  diskBytes: 64 * 2 ** 20,
};
const workFolder = mkdtempSync(join(tmpdir(), "strop-bench-"));

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Median milliseconds of what `run` returns; `pauseMs` lets a spare start. */
async function measure(name: string, pauseMs: number, run: () => Promise<number>): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < repetitions + 2; i++) {
    const ms = await run();
    if (i >= 2) times.push(ms);
    await sleep(pauseMs);
  }
  const sorted = [...times].sort((a, b) => a - b);
  console.log(
    `${name.padEnd(58)} ${median(times).toFixed(1).padStart(7)} ms   (${sorted[0]?.toFixed(1)} to ${sorted.at(-1)?.toFixed(1)})`,
  );
}

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};

const bare = (command: string, args: string[]) => () =>
  timed(() => once(spawn(command, args, { stdio: "ignore", env: { DENO_DIR: "/dev/null/deno" } }), "exit"));

const moduleJob = (source: string, job: Partial<ModuleJob> = {}): ModuleJob => ({
  source,
  input: null,
  blobs: {},
  functions: {},
  limits,
  ...job,
});

async function succeed(execution: Execution): Promise<void> {
  const { exitCode, reason, outputTail } = await execution.result;
  if (exitCode !== 0) throw new Error(`${reason}\n${outputTail}`);
}

/** From the abort to the moment when the whole tree is gone. */
async function killTime(start: (signal: AbortSignal, ready: () => void) => Execution): Promise<number> {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const execution = start(controller.signal, resolve);
  await promise;
  return timed(() => {
    controller.abort();
    return execution.result;
  });
}

async function measureModules(tier: "deno" | "bubblewrap+deno"): Promise<void> {
  const noop = moduleJob("export default () => 1");
  const fresh = await openSandbox({ tier, spares: 0 });
  await measure(`${tier}: no-op module, fresh process`, 0, () => timed(() => succeed(fresh.module(noop))));
  await fresh.close();
  const warm = await openSandbox({ tier, spares: 2 });
  await measure(`${tier}: no-op module, spare waiting`, 150, () => timed(() => succeed(warm.module(noop))));
  const engine = moduleJob("export default ({ blobs }) => blobs.engine.length", {
    blobs: { engine: new Uint8Array(14_239_897) },
  });
  await measure(`${tier}: the same with a 14 MB blob`, 150, () => timed(() => succeed(warm.module(engine))));
  await measureCalls(tier, warm);
  const busy = "export default async ({ call }) => { await call('ready'); for (;;); }";
  await measure(`${tier}: kill of an endless loop`, 150, () =>
    killTime((signal, ready) =>
      warm.module(
        moduleJob(busy, {
          signal,
          functions: {
            ready: () => {
              setTimeout(ready, 50);
              return null;
            },
          },
        }),
      ),
    ),
  );
  await warm.close();
}

async function measureCalls(tier: string, sandbox: Sandbox): Promise<void> {
  const calls =
    "export default async ({ call }) => { const t = performance.now(); for (let i = 0; i < 500; i++) await call('f', i); return (performance.now() - t) / 500; }";
  const save =
    "export default async ({ call }) => { const b = new Uint8Array(8e6); const t = performance.now(); await call('f', 0, b); return performance.now() - t; }";
  for (const [name, source] of [
    ["one host call", calls],
    ["a call with 8 MB attached", save],
  ] as const) {
    await measure(`${tier}: ${name}`, 100, async () =>
      Number((await sandbox.module(moduleJob(source, { functions: { f: () => null } })).result).value),
    );
  }
}

async function measureCommands(): Promise<void> {
  const sandbox = await openSandbox({ tier: "bubblewrap", spares: 0 });
  const job = { workFolder, readOnly: [], env: {}, limits };
  await measure("bubblewrap: no-op command", 0, () =>
    timed(() => succeed(sandbox.command({ ...job, argv: ["/bin/true"] }))),
  );
  const daemons = "for i in 1 2 3 4 5; do setsid sleep 100 & done; echo ready; wait";
  await measure("bubblewrap: kill of a command with five daemons", 0, () =>
    killTime((signal, ready) =>
      sandbox.command({ ...job, argv: ["/bin/sh", "-c", daemons], signal, onOutput: () => ready() }),
    ),
  );
  await sandbox.close();
}

let changing = 0;
const nextText = (body: string): Record<string, string> => ({ "train.ts": `${body} // ${++changing}` });
const isAvailable = new Set((await probeTiers()).filter((report) => report.isAvailable).map(({ tier }) => tier));
await measure("rival: /bin/true, spawned bare", 0, bare("/bin/true", []));
await measure(
  "rival: Deno with an empty program, spawned bare",
  0,
  bare(findDeno() ?? "deno", ["run", "--no-lock", "--no-config", "data:text/javascript,1"]),
);
for (const tier of ["deno", "bubblewrap+deno"] as const) if (isAvailable.has(tier)) await measureModules(tier);
if (isAvailable.has("bubblewrap")) await measureCommands();
await measure("bundle of a no-op program", 0, () =>
  timed(() => bundleModule({ entry: "train.ts", files: nextText("export default () => 1;") })),
);
await measure("bundle of a program with strop/nn", 0, () =>
  timed(() =>
    bundleModule({
      entry: "train.ts",
      files: nextText(`import * as nn from "strop/nn"; export default () => Object.keys(nn);`),
    }),
  ),
);
rmSync(workFolder, { recursive: true, force: true });
