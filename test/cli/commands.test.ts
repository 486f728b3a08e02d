import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

import type { TrialRecord } from "../../src/core/trial.ts";
import { proposerNames } from "../../src/propose/registry.ts";
import { loadTask } from "../../src/workspace/load-task.ts";
import { type MadeTask, makeTask, QUADRATIC, QUADRATIC_CONFIG, quadraticTask } from "../loop/make-task.ts";
import { freshFolder } from "../fresh-folder.ts";
import { strop } from "./strop.ts";

let task: MadeTask;
let empty: MadeTask;

beforeAll(async () => {
  empty = makeTask({ "notes.txt": "nothing here" });
  task = quadraticTask();
  const ran = await strop(["run", "--tier", "deno"], task.folder);
  expect(ran.code, ran.stderr).toBe(0);
});

const git = (...args: string[]): string => execFileSync("git", args, { cwd: task.folder, encoding: "utf8" });

describe("after a run", () => {
  test("status tells where it stands, also as JSON", async () => {
    const { stdout } = await strop(["status"], task.folder);
    expect(stdout).toMatch(/score \S+ → \S+/);
    const json = JSON.parse((await strop(["status", "--json"], task.folder)).stdout) as {
      trials: number;
      champion: { score: number };
      counts: { kept: number };
    };
    expect(json.trials).toBe(12);
    expect(json.counts.kept).toBeGreaterThan(0);
    expect(stdout).toContain(`: ${json.counts.kept} kept, `);
    expect(json.champion.score).toBeLessThan(25);
  });

  test("log has a line per trial, and show tells all about one", async () => {
    const log = (await strop(["log", "--all"], task.folder)).stdout.trimEnd().split("\n");
    expect(log).toHaveLength(12);
    const kept = (await strop(["log", "--all", "--kept"], task.folder)).stdout.trimEnd().split("\n");
    const newest = (await strop(["log", "--kept", "-n", "1"], task.folder)).stdout.trimEnd().split("\n");
    expect(newest).toEqual([kept.at(-1), `${kept.length - 1} earlier: strop log --kept --all`]);
    const shown = (await strop(["show", "1"], task.folder)).stdout;
    expect(shown).toContain("trial 1");
    expect(shown).toMatch(/^\+const (width|learningRate)/m);
    expect(JSON.parse((await strop(["show", "1", "--json"], task.folder)).stdout)).toMatchObject({ trial: 1 });
  });

  test("a run that is over says what would let it go on, with the options that it was given", async () => {
    const said = await strop(["run", "--tier", "deno", "--no-model", "--proposer", "tpe"], task.folder);
    expect(said.code, said.stderr).toBe(0);
    expect(said.stdout).toMatch(/^ {2}strop run --tier deno --no-model --proposer tpe --trials 24 +go on from here$/m);
    expect(said.stdout).toMatch(/^ {2}strop run --tier deno --no-model --fresh --proposer random /m);
    // There is nothing to compare random search with in a second run of it.
    expect((await strop(["run", "--tier", "deno"], task.folder)).stdout).not.toContain("--proposer random");
  });

  test("show of a trial that does not exist says which there are", async () => {
    const { code, stderr } = await strop(["show", "99"], task.folder);
    expect(code).toBe(2);
    expect(stderr).toContain("expected a trial from 0 to 11, found 99");
  });

  test("a history of 50,000 experiments can be imported", async () => {
    const rows = Array.from({ length: 50_000 }, (_, i) => `abc\t${2 + i}\t0.0\tdiscard\tone`);
    const header = "commit\tscore\tmemory_gb\tstatus\tdescription";
    const other = quadraticTask({}, { "results.tsv": [header, "abc\t1\t0.0\tkeep\tbase", ...rows].join("\n") });
    const { code, stdout, stderr } = await strop(["import", "results.tsv", "--json"], other.folder);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ trials: 50_001 });
  });

  test("a history that cannot be imported leaves no run behind", async () => {
    const tsv = "commit\taccuracy\tmemory_gb\tstatus\tdescription\nabc\t1\t0.0\tkeep\tbase\n";
    const other = quadraticTask({}, { "results.tsv": tsv });
    expect((await strop(["import", "results.tsv"], other.folder)).code).toBe(2);
    expect((await strop(["log"], other.folder)).stderr).toContain("found none");
  });

  test("nothing that a history or a program brings along drives the terminal", async () => {
    const title = "\u001b]0;mine\u0007";
    const rows = [`abc\t1.5\t0.0\tkeep\t${title}one`, `def\t1.0\t0.0\tdiscard\t${title}two`];
    const tsv = ["commit\tscore\tmemory_gb\tstatus\tdescription", ...rows].join("\n");
    const other = quadraticTask({}, { "results.tsv": tsv, "bad.tsv": tsv.replace("keep", `${title}keep`) });
    const ran = [];
    for (const args of [["import", "results.tsv"], ["show", "0"], ["log"], ["status"], ["import", "bad.tsv"]])
      ran.push(await strop(args, other.folder));
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 0, 2]);
    const said = ran.map(({ stdout, stderr }) => stdout + stderr);
    expect(said.filter((text) => text.includes("mine"))).toHaveLength(5);
    expect(said.filter((text) => text.includes("\u001b]"))).toEqual([]);
  });

  test("show leaves out what was not measured", async () => {
    const tsv = "commit\tscore\tmemory_gb\tstatus\tdescription\nabc\t1.5\t2.0\tkeep\tone\ndef\t1.2\t0.0\tkeep\ttwo";
    const other = quadraticTask({}, { "results.tsv": tsv });
    await strop(["import", "results.tsv"], other.folder);
    const [some, none] = [await strop(["show", "0"], other.folder), await strop(["show", "1"], other.folder)];
    expect(some.stdout).toMatch(/^memory +2\.1 GB$/m);
    expect(none.stdout).toContain("trial 1");
    expect(some.stdout + none.stdout).not.toMatch(/^time |memory +0|0\.00 s/m);
  });

  test("export writes results.tsv as autoresearch has it, and import reads it back", async () => {
    const { stdout } = await strop(["export"], task.folder);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toBe("commit\tscore\tmemory_gb\tstatus\tdescription");
    expect(lines).toHaveLength(13);
    const other = quadraticTask({}, { "results.tsv": stdout });
    const imported = await strop(["import", "results.tsv"], other.folder);
    expect(imported.code, imported.stderr).toBe(0);
    expect(
      (await strop(["export"], other.folder)).stdout.split("\n").map((line) => line.split("\t").slice(0, 2).join()),
    ).toEqual(stdout.split("\n").map((line) => line.split("\t").slice(0, 2).join()));
  });

  test("export writes nothing that would end a run which is under way", async () => {
    const { code, stderr } = await strop(["export", "--format", "svg", "--output", "run.svg"], task.folder);
    expect([code, existsSync(join(task.folder, "run.svg"))]).toEqual([2, false]);
    expect(stderr).toContain(join(".strop", "run.svg"));
    expect((await strop(["export", "-o", "results.tsv"], task.folder)).code).toBe(0);
    expect((await strop(["export", "-o", ".strop/run.svg"], task.folder)).code).toBe(0);
  });

  test("export makes the folder that it is to write to", async () => {
    const file = join(freshFolder(), "new", "trials.csv");
    const { code, stderr } = await strop(["export", "--format", "csv", "--output", file], task.folder);
    expect(code, stderr).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/^trial,status,/);
  });

  test("export draws the run as a picture that stands alone", async () => {
    const { stdout } = await strop(["export", "--format", "svg"], task.folder);
    const lines = (await strop(["export", "--json"], task.folder)).stdout.trimEnd().split("\n");
    const scored = lines.filter((line) => (JSON.parse(line) as TrialRecord).outcome?.status === "scored");
    expect(stdout).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^]*<\/svg>\n$/);
    expect(stdout.match(/<title>#\d+ [\d.]/g)).toHaveLength(scored.length);
    // Many viewers of files know no variables in style sheets.
    expect(stdout).not.toContain("var(");
  });

  test("diff is a patch that git applies, and apply writes the same program", async () => {
    const { stdout } = await strop(["diff"], task.folder);
    git("init", "-q");
    writeFileSync(join(task.folder, "champion.diff"), stdout);
    git("apply", "--check", "champion.diff");
    const { code } = await strop(["apply"], task.folder);
    expect(code).toBe(0);
    git("apply", "--check", "--reverse", "champion.diff");
    expect((await strop(["apply"], task.folder)).stdout).toContain("already");
  });

  test("next steps are as the user types strop here, for the folder that was given", async () => {
    const npx = { npm_command: "exec" };
    const log = await strop(["log", task.folder, "-n", "1"], empty.folder, npx);
    expect(log.stdout).toContain(`11 earlier: npx strop log '${task.folder}' --all`);
    const back = await strop(["apply", "--trial", "0", "--yes", task.folder], empty.folder, npx);
    expect(back.stdout).toContain(`\`npx strop apply '${task.folder}' --trial 0\``);
    expect((await strop(["apply", "--yes"], task.folder)).code).toBe(0);
  });

  test("apply does not overwrite what it does not know without being told to", async () => {
    const path = join(task.folder, "train.ts");
    writeFileSync(path, `${readFileSync(path, "utf8")}\n// mine\n`);
    const refused = await strop(["apply"], task.folder);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("strop apply --yes");
    const other = await strop(["apply", "--trial", "1", task.folder], empty.folder);
    expect(other.stderr).toContain(`strop apply --trial 1 '${task.folder}' --yes`);
    expect(readFileSync(path, "utf8")).toContain("// mine");
    const told = await strop(["apply", "--yes"], task.folder);
    expect(told.stdout).toMatch(/^wrote train\.ts, over a version that this run does not know/);
    expect(readFileSync(path, "utf8")).not.toContain("// mine");
  });

  test("apply takes its own edits back without being asked twice", async () => {
    const path = join(task.folder, "train.ts");
    expect((await strop(["apply", "--yes"], task.folder)).code).toBe(0);
    const back = await strop(["apply", "--trial", "baseline"], task.folder);
    expect(back.code, back.stderr).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(QUADRATIC);
  });

  test("apply takes back an edit that was not kept, as it says it would", async () => {
    const lines = (await strop(["export", "--format", "jsonl"], task.folder)).stdout.trimEnd().split("\n");
    const other = lines
      .map((line) => JSON.parse(line) as TrialRecord)
      .find(({ verdict }) => verdict?.decision === "discard");
    const trial = String(other?.trial);
    expect((await strop(["apply", "--yes", "--trial", trial], task.folder)).stdout).toContain("wrote train.ts");
    const back = await strop(["apply", "--trial", "0"], task.folder);
    expect(back.code, back.stderr).toBe(0);
    expect(readFileSync(join(task.folder, "train.ts"), "utf8")).toBe(QUADRATIC);
  });

  test("the champion and the baseline have names", async () => {
    const json = (args: string[]) => strop([...args, "--json"], task.folder).then(({ stdout }) => JSON.parse(stdout));
    const { champion } = (await json(["status"])) as { champion: { trial: number } };
    expect(await json(["show", "champion"])).toMatchObject({ trial: champion.trial });
    expect(await json(["show", "baseline"])).toMatchObject({ trial: 0 });
    expect(await json(["diff", "champion"])).toEqual(await json(["diff", String(champion.trial)]));
  });

  test("clean asks before it deletes, and then deletes", async () => {
    expect((await strop(["clean", "--all"], task.folder)).stderr).toContain("--yes");
    const { stdout } = await strop(["clean", "--all", "--yes"], task.folder);
    expect(stdout).toContain("deleted run-001");
    expect((await strop(["clean"], task.folder)).stdout).toBe("nothing to delete: there is no run\n");
    expect((await strop(["status"], task.folder)).stderr).toContain("strop run");
  });
});

describe("a wrong call is answered with what to do", () => {
  test.each([
    [["run"], 2, /strop init/],
    [["status"], 2, /strop run/],
    [["run", "--trials", "zero"], 2, /whole number/],
    [["run", "--for", "tomorrow"], 2, /90s, 3m/],
    [["run", "nowhere"], 2, /nothing there/],
    [["run", "--seed", ""], 2, /whole number/],
    [["run", "--tier", "deno", "--unsafe-no-sandbox"], 2, /cannot be used with/],
    [["run", "--record", "a", "--replay", "b"], 2, /cannot be used with/],
    [["export", "--json", "--format", "svg"], 2, /cannot be used with/],
    [["fly"], 2, /unknown command/],
    [["import", "nothing.tsv"], 2, /nothing\.tsv/],
    [["show", "best"], 2, /expected a trial's number, champion or baseline/],
    [["diff", "run-001"], 2, /expected a trial's number, champion or baseline/],
  ])("strop %s", async (args, code, message) => {
    const ran = await strop(args, empty.folder);
    expect(ran.stderr).toMatch(message);
    expect(ran.code).toBe(code);
  });

  test("what one proposer alone looks at is told to the others before anything is written", async () => {
    const misplaced = quadraticTask();
    const { code, stderr } = await strop(["run", "--policy-model", "open"], misplaced.folder);
    expect(code).toBe(2);
    expect(stderr).toContain("--policy-model: expected --proposer language-policy, found random");
    expect(existsSync(join(misplaced.folder, ".strop"))).toBe(false);
  });

  test("a proposer that does not exist is told before anything is written", async () => {
    const misspelt = quadraticTask();
    const { code, stderr } = await strop(["run", "--proposer", "tpee"], misspelt.folder);
    expect(code).toBe(2);
    expect(stderr).toContain("portfolio, bayes, descent, tpe");
    expect(existsSync(join(misspelt.folder, ".strop"))).toBe(false);
  });

  test("errors come as JSON on request", async () => {
    const { stderr } = await strop(["status", "--json"], empty.folder);
    expect(JSON.parse(stderr)).toMatchObject({ error: "run.none" });
    const mistyped = await strop(["show", "best", "--json"], empty.folder);
    expect([mistyped.code, JSON.parse(mistyped.stderr)]).toEqual([
      2,
      { error: "commander.invalidArgument", message: expect.stringContaining("champion or baseline") },
    ]);
  });

  test("every command has help with an example", async () => {
    const names = ["init", "run", "status", "log", "show", "diff", "apply", "export", "import", "doctor", "clean"];
    const helps = await Promise.all(names.map((name) => strop([name, "--help"], empty.folder)));
    for (const help of helps) {
      expect(help.stdout).toMatch(/Examples?:\n {2}\$ strop/);
      expect(help.stdout).toContain("--json");
    }
  });
});

test("the help of strop run names every proposer there is", async () => {
  const { stdout } = await strop(["run", "--help"], empty.folder);
  const listed = /--proposer <name>[^]*?:\s+([^]*?)\n\s+--/.exec(stdout)?.[1]?.split(/,\s+/);
  // Known to the command alone, as it is a file.
  expect(listed?.toSorted()).toEqual([...proposerNames.map(({ name }) => name), "reprogrammer"].toSorted());
});

describe("strop init", () => {
  test("writes a config that strop then reads", async () => {
    const made = makeTask({ "train.py": "print('score: 1')\n" });
    const { code, stdout } = await strop(["init", "--yes", "--metric", "score"], made.folder);
    expect(code).toBe(0);
    expect(stdout).toContain("strop.config.ts");
    expect(stdout).toContain("strop run --for 8h"); // a training may take five minutes, and the noise takes four of them
    expect(readFileSync(join(made.folder, ".gitignore"), "utf8")).toContain(".strop/");
    expect((await strop(["init", "--yes"], made.folder)).stderr).toContain("found strop.config.ts");
    const unknown = makeTask({ "strop.config.json": "{}", "a.txt": "" });
    expect((await strop(["init", "--yes"], unknown.folder)).stderr).toContain("found strop.config.json");
  });

  test("suggests a short session where a trial is short", async () => {
    const made = makeTask({ "bench.mjs": "console.log('seconds: 1')\n" });
    expect((await strop(["init", "--yes"], made.folder)).stdout).toContain("strop run --for 10m");
  });

  test("a folder with the autoresearch layout keeps what is assumed of it, with an agent too", async () => {
    const layout = { "program.md": "Go.", "prepare.py": "TIME_BUDGET = 7\n", "train.py": "print('val_bpb: 1')\n" };
    const assumed = (await loadTask(makeTask(layout).folder)).task;
    const [served, spelt] = [makeTask(layout), makeTask(layout)];
    expect((await strop(["init", "--agent"], served.folder)).code).toBe(0);
    expect(existsSync(join(served.folder, ".mcp.json"))).toBe(true);
    expect((await strop(["init"], spelt.folder)).stdout).toContain("wrote strop.config.json");
    for (const { folder } of [served, spelt])
      expect((await loadTask(folder)).task).toEqual({ ...assumed, name: basename(folder) });
    const named = makeTask(layout);
    await strop(["init", "--metric", "loss", "--yes"], named.folder);
    expect((await loadTask(named.folder)).task.metric.name).toBe("loss");
    const again = await strop(["init"], spelt.folder);
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("found strop.config.json")]);
  });

  test("says what to give when it recognises nothing", async () => {
    const { code, stderr } = await strop(["init", "--yes"], empty.folder);
    expect(code).toBe(2);
    expect(stderr).toContain("--run-command");
  });
});

test("progress says which edit is checked, and why a program that is run again gave no score", async () => {
  const noisy = `if (trial.seed % 2 === 0) throw new Error("an even seed");
  return { score: score + (trial.seed % 997) / 1e6 };`;
  const made = makeTask({
    "train.ts": QUADRATIC.replace("return { score };", noisy),
    "strop.config.json": { ...QUADRATIC_CONFIG, metric: "score", stop: { trials: 8 } },
  });
  const { stderr } = await strop(["run", "--tier", "deno"], made.folder);
  expect(stderr).toMatch(/^ +#0 {2}run again +– {2}to know the noise {2}crashed: .*an even seed/m);
  expect(stderr).toMatch(/^ +#\d+ {2}check +\S+ +\S+ % {2}\w\S+ +\S.* → .* {2}to be run again/m);
});
