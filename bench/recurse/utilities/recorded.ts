/**
 * Scores recorded solutions of the six tasks, and compares them with what another harness found: the folder holds one
 * folder per task with `NN.md` answers and a `scores.json` (its `entries` by answer). Prints a row per answer, and per
 * task the rank correlation and the pairs that the two put into opposite orders.
 * Usage: node bench/recurse/utilities/recorded.ts <folder> [task …]
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { fencesOf } from "../../../src/core/edits/answer-fences.ts";
import { calibrate } from "../../../src/downstream/calibrate.ts";
import { createDownstreamTask, downstreamTaskNames } from "../../../src/downstream/registry.ts";
import { taskUtility, type TaskResult } from "../../../src/downstream/task-utility.ts";
import { openSandbox } from "../../../src/sandbox/open-sandbox.ts";

interface Recorded {
  readonly better: "higher" | "lower";
  readonly entries: Readonly<
    Record<
      string,
      { readonly score: number; readonly timeouts: number; readonly invalid: number; readonly errors: number }
    >
  >;
}

/** Differences that are noise: other instances, other clocks. */
const SAME = 0.03;
const FOLDERS: Readonly<Record<string, string>> = { "max-cut": "maxcut" };

const account = ({ losses, flags, problems, seconds }: TaskResult): string =>
  `${JSON.stringify(losses)} ${flags.join(" ")} longest ${Math.max(...seconds).toFixed(3)} s ${problems[0]?.slice(0, 90) ?? ""}`;

const longestFence = (answer: string): string =>
  fencesOf(answer).reduce((longest, { text }) => (text.length > longest.length ? text : longest), "");

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error("expected a folder with recorded solutions");
const sandbox = await openSandbox({ needs: ["module"] });
const calibration = await calibrate(sandbox);
console.log(`calibration ${calibration.factor.toFixed(2)}`);
for (const name of wanted.length > 0 ? wanted : downstreamTaskNames) await compareTask(name);
await sandbox.close();

async function compareTask(name: string): Promise<void> {
  const place = join(folder as string, FOLDERS[name] ?? name);
  if (!existsSync(place)) return;
  const recorded = JSON.parse(readFileSync(join(place, "scores.json"), "utf8")) as Recorded;
  const utility = taskUtility({ task: createDownstreamTask(name), split: "test", seed: 1, sandbox, calibration });
  const rows: { ours: number; theirs: number; name: string }[] = [];
  for (const file of readdirSync(place).filter((each) => /^(\d+\.md|seed\.ts)$/.test(each))) {
    const text = readFileSync(join(place, file), "utf8");
    const entry = recorded.entries[file] ?? recorded.entries[file.replace(/\..*/, "")];
    if (entry === undefined) continue;
    const startedAt = performance.now();
    const result = await utility.score(file.endsWith(".md") ? longestFence(text) : text, new AbortController().signal);
    rows.push({ name: file, ours: result.score, theirs: recorded.better === "lower" ? -entry.score : entry.score });
    console.log(
      `${name} ${file}: ${result.score.toFixed(4)} | recorded ${entry.score} (late ${entry.timeouts}, invalid ${entry.invalid}, threw ${entry.errors}) | ${account(result)} | ${Math.round(performance.now() - startedAt)} ms`,
    );
  }
  const pairs = rows.flatMap((a, i) => rows.slice(i + 1).map((b) => [a, b] as const));
  const clear = pairs.filter(([a, b]) => Math.abs(a.theirs - b.theirs) > SAME && Math.abs(a.ours - b.ours) > SAME);
  const opposite = clear.filter(([a, b]) => a.theirs > b.theirs !== a.ours > b.ours);
  console.log(
    `${name}: ${clear.length - opposite.length} of ${clear.length} pairs that both tell apart are in the same order; opposite: ${opposite.map(([a, b]) => `${a.name}/${b.name}`).join(" ") || "none"}\n`,
  );
}
