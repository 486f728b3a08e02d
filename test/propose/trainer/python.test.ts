/** The real worker, on a tiny random model: `npm run test:trainer`. Without a Python that has PyTorch, these tests are skipped. */
import { spawnSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

import { openJournal } from "../../../src/journal/journal.ts";
import type { TrialRecord } from "../../../src/core/trial.ts";
import { runTask } from "../../../src/loop/research/run-task.ts";
import { readNotes } from "../../../src/propose/trainer/notes.ts";
import { loadTask } from "../../../src/workspace/load-task.ts";
import { quadraticTask } from "../../loop/make-task.ts";
import { freshFolder } from "../../fresh-folder.ts";

const python = process.env["STROP_TRAINER_PYTHON"] ?? "";
const why = "STROP_TRAINER_PYTHON names no Python with torch, transformers and peft: see trainer/README.md";

describe.skipIf(python === "")(python === "" ? `a real worker (skipped: ${why})` : "a real worker", () => {
  const folder = freshFolder();

  beforeAll(() => {
    const tiny = join(import.meta.dirname, "../../../trainer/tests/tiny.py");
    const { status, stderr } = spawnSync(python, [tiny, folder, "16384"], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
  }, 600_000);

  const task = () => quadraticTask({ proposer: "language-policy", prompt: { tokens: 4_000 } }).folder;

  /** Runs until strop gives up, as such a model writes no edit that applies; `onTrial` is told of each. */
  async function session(at: string, onTrial: (stop: () => void) => void = () => undefined): Promise<void> {
    const languagePolicy = { model: folder, python, device: "cpu", rank: 2, batch: 3, answerTokens: 4 };
    const stopping = new AbortController();
    const observer = { trialFinished: () => onTrial(() => stopping.abort()) };
    await runTask(await loadTask(at, {}), { languagePolicy, observer, signal: stopping.signal });
  }

  function trialsOf(at: string): readonly TrialRecord[] {
    const journal = openJournal(join(at, ".strop/runs/run-001/journal.db"));
    try {
      return journal.state()?.recent ?? [];
    } finally {
      journal.close();
    }
  }

  /** What must not depend on when it happened. */
  const story = (at: string) =>
    trialsOf(at).map((record) => [record.trial, record.edit, record.outcome?.reason, readNotes(record)]);

  const checkpoints = (at: string) =>
    readdirSync(join(at, ".strop/runs/run-001/policy")).map((name) => {
      const path = join(at, ".strop/runs/run-001/policy", name);
      return [
        name,
        ...["adapter_model", "optimizer", "value_head"].map((one) =>
          readFileSync(join(path, `${one}.safetensors`), "hex"),
        ),
      ];
    });

  it("goes on exactly after it was killed, and after strop was ended and started again", async () => {
    const [whole, broken] = [task(), task()];
    // Prompts tell how long the baseline took: two runs that may be compared have it in common.
    await runTask(await loadTask(whole, { proposer: "random", stop: { trials: 1 } }));
    cpSync(whole, broken, { recursive: true });
    await session(whole);
    let [seen, killed] = [0, 0];
    await session(broken, (stop) => (++seen === 5 ? stop() : undefined));
    await session(broken, () => void (killed += killed === 0 ? killWorkers() : 0));
    expect(killed).toBe(1);
    expect(story(whole).length).toBeGreaterThan(6);
    const updates = trialsOf(whole).flatMap((record) => readNotes(record)?.learned?.updates ?? []);
    expect(updates.slice(0, 2)).toEqual([1, 2]);
    expect(story(broken)).toEqual(story(whole));
    expect(checkpoints(broken)).toEqual(checkpoints(whole));
  }, 1_800_000);
});

/** SIGKILL for the workers that this very process started; how many there were. */
function killWorkers(): number {
  const { stdout } = spawnSync("ps", ["-o", "pid=,args=", "--ppid", String(process.pid)], { encoding: "utf8" });
  const pids = stdout
    .split("\n")
    .filter((line) => line.includes("-m strop_trainer"))
    .map((line) => Number.parseInt(line, 10));
  for (const pid of pids) process.kill(pid, "SIGKILL");
  return pids.length;
}
