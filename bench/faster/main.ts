/**
 * What do the rules for speed gain on ordinary slow programs? Runs strop without a model on a copy of each, beside a session of the same
 * length that is not told that its metric is a time, then times the champions beside the baseline on an input that no session saw.
 * Usage: node bench/faster/main.ts [--for 3m] [--set 1] [--only go-logs,c] [--seeds 1] [--rounds 9] [--alone]
 */
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { median } from "../../src/core/numerics/stats.ts";
import { wholeNumber } from "../whole-number.ts";
import { firstDifference } from "./answers.ts";
import { inputs, sets } from "./inputs.ts";
import { type Language, languageOf } from "./languages.ts";
import { build, environmentOf, inputOf, makeTask, NUMERIC, SEEN, sourceOf, UNSEEN } from "./task.ts";
import { type Timed, timeInTurns, timesFaster } from "./timing.ts";

const { values: options } = parseArgs({
  options: {
    for: { type: "string", default: "3m" },
    /** 1 or 2; without it, both. */
    set: { type: "string" },
    only: { type: "string" },
    seeds: { type: "string", default: "1" },
    rounds: { type: "string", default: "9" },
    /** Without the rival session. */
    alone: { type: "boolean", default: false },
    /** Keeps the scratch folder and says where it is. */
    keep: { type: "boolean", default: false },
  },
});
const strop = join(import.meta.dirname, "../../src/cli/main.ts");
const folders = Object.keys(options.set === undefined ? inputs : (sets[options.set] ?? {}));
if (folders.length === 0) throw new Error(`expected ${Object.keys(sets).join(" or ")} for --set, found ${options.set}`);
const only = options.only?.split(",");
const isNamed = (name: string): boolean =>
  only?.some((start) => name.startsWith(start.includes("-") ? start : `${start}-`)) ?? true;
const programs = folders.filter(isNamed).sort();
if (programs.length === 0)
  throw new Error(`expected the beginnings of ${folders.sort().join(", ")} for --only, found ${options.only}`);
const seedCount = wholeNumber("seeds", options.seeds);
const roundCount = wholeNumber("rounds", options.rounds);
/** Sessions end with the bench. */
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());

interface Session {
  readonly trials: number;
  readonly kept: readonly string[];
  /** The champion's source. */
  readonly source: string;
}

interface Logged {
  readonly trial: number;
  readonly description: string;
  readonly proposer: string;
  readonly detail: { readonly rule?: string } | null;
  readonly verdict: { readonly decision: string } | null;
}

/** Runs strop on a task and answers its champion. */
async function session(folder: string, language: Language, seed: number): Promise<Session> {
  const args = ["run", folder, "--no-model", "--for", options.for, "--seed", String(seed)];
  const said = await output(args);
  const log = (await output(["log", folder, "--all", "--json"])).trim().split("\n");
  const trials = log.filter(Boolean).map((line) => JSON.parse(line) as Logged);
  if (trials.length === 0) throw new Error(`expected ${folder} to have trials; strop said\n${said}`);
  const champion = join(folder, ".strop/runs/run-001/champion", language.file);
  const kept = trials.filter(({ trial, verdict }) => trial > 0 && verdict?.decision === "keep");
  return {
    trials: trials.length - 1,
    kept: kept.map(({ description, detail, proposer }) => `${detail?.rule ?? proposer}: ${description}`),
    source: existsSync(champion) ? champion : join(folder, language.file),
  };
}

const output = (args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [strop, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      signal: stop.signal,
    });
    const texts: string[] = [];
    child.stdout.on("data", (chunk: Buffer) => texts.push(chunk.toString()));
    // Progress; of interest where the session failed.
    child.stderr.on("data", (chunk: Buffer) => texts.push(args[0] === "run" ? chunk.toString() : ""));
    // A stopped session still writes for a moment: only its end settles this.
    let failure: Error | undefined;
    child.on("error", (error) => (failure = error));
    // 1 is "nothing improved".
    child.on("close", (code) =>
      failure
        ? reject(failure)
        : code === 0 || code === 1
          ? resolve(texts.join(""))
          : reject(new Error(`strop ${args.join(" ")}: ${texts.join("")}`)),
    );
  });

interface Version {
  readonly label: string;
  readonly source: string;
  readonly flags?: string;
  readonly session?: Session;
}

/** All versions of a program: as it is, improved, and what else one could do. */
async function versionsOf(
  program: string,
  { seed, scratch, expected }: { seed: number; scratch: string; expected: string },
): Promise<readonly Version[]> {
  const language = languageOf(program);
  const cache = join(scratch, "go-cache");
  const source = sourceOf(program);
  const arms = [
    { label: "strop", metric: "cpu_seconds" },
    ...(options.alone ? [] : [{ label: "random edits", metric: "score" }]),
  ];
  const sessions = await Promise.all(
    arms.map(async ({ label, metric }): Promise<Version> => {
      const folder = join(scratch, `${program}-${seed}-${metric}`);
      await makeTask(program, { folder, cache, expected, metric });
      const ended = await session(folder, language, seed);
      return { label, source: ended.source, session: ended };
    }),
  );
  const { harder } = language;
  const flagged = harder === undefined ? [] : [{ label: harder, source, flags: harder }];
  return [{ label: "as it is", source }, ...sessions, ...flagged];
}

/** Builds all versions and runs them in turns on an input. */
function timeVersions(
  program: string,
  versions: readonly Version[],
  { scratch, seed, rounds }: { scratch: string; seed: number; rounds: number },
): readonly Timed[] {
  const language = languageOf(program);
  const cache = join(scratch, "go-cache");
  const input = join(scratch, `${program}.txt`);
  writeFileSync(input, inputOf(program, seed));
  const env = environmentOf(language, cache);
  const commands = versions.map(({ source, flags }, i) => {
    const binary = join(scratch, `${program}-${i}`);
    build(language, { source, binary, cache, ...(flags !== undefined && { flags }) });
    return { command: language.run(source, binary), env };
  });
  return timeInTurns(commands, { input, rounds, scratch });
}

/** Sessions on a program with one seed, and a row for each version of it. */
async function measure(program: string, seed: number, scratch: string): Promise<readonly Row[]> {
  const [answer] = timeVersions(program, [{ label: "", source: sourceOf(program) }], {
    scratch,
    seed: SEEN,
    rounds: 0,
  });
  const versions = await versionsOf(program, { seed, scratch, expected: (answer as Timed).answer });
  const timed = timeVersions(program, versions, { scratch, seed: UNSEEN, rounds: roundCount });
  const baseline = timed[0] as Timed;
  return versions.slice(1).map((version, i): Row => {
    const found = timed[i + 1] as Timed;
    const wrong = firstDifference(baseline.answer, found.answer, NUMERIC.has(program));
    return { program, version, baseline, found, wrong };
  });
}

interface Row {
  readonly program: string;
  readonly version: Version;
  readonly baseline: Timed;
  readonly found: Timed;
  /** What it answers wrongly on the input that no session saw. */
  readonly wrong: string | null;
}

const SHOWN = 60;

function print({ program, version: { label, session: run }, baseline, found, wrong }: Row): void {
  const { times, least, most } = timesFaster(baseline.seconds, found.seconds);
  const what = (run?.kept ?? []).map((text) => text.replaceAll("|", "\\|").slice(0, SHOWN)).join("; ");
  const cells = [
    program,
    languageOf(program).name,
    label,
    median(baseline.seconds).toFixed(3),
    wrong === null ? median(found.seconds).toFixed(3) : `wrong: ${wrong}`,
    `${times.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`,
    run?.trials ?? "",
    run?.kept.length ?? "",
    what,
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

/** Geometric means over programs, of each kind of version and by language. */
function summarize(rows: readonly Row[]): void {
  const mean = (some: readonly Row[]): string => {
    const logs = some.map(({ baseline, found }) => Math.log(timesFaster(baseline.seconds, found.seconds).times));
    return Math.exp(logs.reduce((sum, x) => sum + x, 0) / logs.length).toFixed(2);
  };
  console.log("\ntimes faster, geometric mean");
  for (const [label, some] of Map.groupBy(rows, ({ version }) => version.label)) {
    const languages = [...Map.groupBy(some, ({ program }) => languageOf(program).name)];
    const each = languages.map(([name, own]) => `${name} ${mean(own)}`).join(", ");
    console.log(
      `- ${label}: ${mean(some)} over ${some.length} (${each}), ${some.filter(({ wrong }) => wrong !== null).length} wrong`,
    );
  }
}

async function main(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), "strop-faster-"));
  const rows: Row[] = [];
  console.log("| program | language | version | baseline s | its s | times faster | trials | kept | what |");
  console.log("|---|---|---|---|---|---|---|---|---|");
  try {
    for (const program of programs) {
      if (languageOf(program).find() === null) {
        console.error(`${program} is left out: ${languageOf(program).name} is not installed`);
        continue;
      }
      for (let seed = 1; seed <= seedCount && !stop.signal.aborted; seed++) {
        const found = await measure(program, seed, scratch).catch((error: Error): Row[] => {
          console.error(`${program} failed: ${error.message}`);
          process.exitCode = 1;
          return [];
        });
        found.forEach(print);
        rows.push(...found);
      }
    }
    if (stop.signal.aborted) process.exitCode = 130;
    if (rows.length > 0) summarize(rows);
  } finally {
    if (options.keep) console.error(`kept in ${scratch}`);
    else await rm(scratch, { recursive: true, force: true });
  }
}

await main();
