/** The tables of the recursion from the command line, offline and as small as they get: what is printed, written and gone on with. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { improverSource } from "../../src/improve/shipped.ts";
import type { Fig4 } from "../../src/loop/recurse/tables/fig4.ts";
import type { Table1 } from "../../src/loop/recurse/tables/table1.ts";
import { startModelServer } from "../../src/testing/model-server.ts";
import { start, strop } from "./strop.ts";
import { freshFolder } from "../fresh-folder.ts";

const TINY = "--task parity --bits 4 --copies 1 --rounds 1 --utility-budget 2 --model-budget 1 --responses 1".split(
  " ",
);

describe("strop recurse, with a table", { timeout: 180_000 }, () => {
  it("prints figure 4, names its model, writes numbers and a picture; what was tried is read from the same runs", async () => {
    const folder = freshFolder();
    const ran = await strop(["recurse", "fig4", "-C", "r", "--runs", "1", ...TINY], folder);
    expect(ran.code, ran.stderr).toBe(0);
    // One run has no standard error.
    expect(ran.stdout).toMatch(/^stop, builtin +\d\.\d{4} +\d\.\d{4} +1 +\d+ %$/m);
    for (const kind of ["frozen", "chain-of-thought", "greedy"]) expect(ran.stdout).toContain(`${kind}, builtin`);
    expect(ran.stdout).toContain("builtin is no language model");
    expect(ran.stdout).toMatch(/next\n {2}.*strop recurse hacks --from r\/fig4-001/);
    expect(ran.stderr).toContain("4/4  greedy, seed 0, builtin");
    const table = JSON.parse(readFileSync(join(folder, "r/fig4-001/fig4.json"), "utf8")) as Fig4;
    expect(table.rows.map(({ points }) => points.length)).toEqual([2, 2, 1, 1]);
    expect(readFileSync(join(folder, "r/fig4-001/fig4.svg"), "utf8")).toMatch(/^<svg xmlns[^]*<\/svg>\n$/);
    const board = await strop(["recurse", "hacks", "-C", "b", "--from", "r", "--json"], folder);
    expect(board.code, board.stderr).toBe(0);
    expect(JSON.parse(board.stdout)).toMatchObject({ table: "hacks", models: ["builtin"], planned: 0 });
    expect(existsSync(join(folder, "b/hacks-001/hacks.svg"))).toBe(true);
  });

  it("killed with SIGKILL in the middle, goes on: finished runs stay as they are, and the table is that of a run that was not cut", async () => {
    const folder = freshFolder();
    const command = [
      "recurse",
      "audit",
      "--samples",
      "12",
      "--json",
      ...TINY.join(" ").replace("--rounds 1 ", "").split(" "),
      "--responses",
      "6",
      "--utility-budget",
      "7",
    ];
    const whole = await strop([...command, "-C", "whole"], folder);
    const cut = start([...command, "-C", "cut"], folder);
    await cut.saw(/1\/2 {2}plain, builtin/);
    cut.kill("SIGKILL");
    expect((await cut.ended).signal).toBe("SIGKILL");
    const again = await strop([...command, "-C", "cut"], folder);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toContain("2 runs, 1 of them finished");
    const [expected, found] = [whole, again].map(({ stdout }) => (JSON.parse(stdout) as { rows: unknown }).rows);
    expect(found).toEqual(expected);
  });

  it("asks the model that it is given, has a row of each for every model, and says who answered", async () => {
    const folder = freshFolder();
    await using server = await startModelServer({
      answer: (request) => {
        const isImprover = JSON.stringify(request.body).includes("metaUtility");
        const code = isImprover
          ? "export const improve = async (solution: string) => solution;"
          : "export const algorithm = () => [];";
        return `\`\`\`typescript\n${code}\n\`\`\``;
      },
    });
    const model = `openai-compatible:${server.url}/v1#test-model`;
    const ran = await strop(
      ["recurse", "table1", "-C", "r", "--to", "parity-noise", "--runs", "1", "--model", model, ...TINY],
      folder,
    );
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stdout).toContain(`parity-noise, ${model}`);
    expect(ran.stdout).not.toContain("builtin");
    expect(server.requests.length).toBeGreaterThan(2);
  });

  it("tries the improver of a run against the first of that run, with its model, budgets and start", async () => {
    const folder = freshFolder();
    const better = "export const improve = async (solution: string) => solution; // shorter";
    await using server = await startModelServer({ answer: () => `\`\`\`typescript\n${better}\n\`\`\`` });
    const model = `openai-compatible:${server.url}/v1#test-model`;
    const said = ["--task", "parity", "--copies", "1", "--rounds", "1", "--utility-budget", "3", "--responses", "1"];
    const command = ["recurse", "-C", "mine", "--improver", "greedy", "--no-test", "--model", model, ...said];
    const made = await strop(command, folder);
    expect(made.stderr).toContain("strop recurse parity");
    const table = ["recurse", "table1", "--from", "mine", "--to", "string-grid", "-C", "t", "--runs", "1", "--json"];
    const asked = server.requests.length;
    const tried = await strop(table, folder);
    expect(tried.code, tried.stderr).toBe(0);
    const { rows } = JSON.parse(tried.stdout) as Table1;
    expect(rows.map((row) => row.model)).toEqual([model]);
    expect(server.requests.length).toBeGreaterThan(asked);
    const first = readdirSync(join(folder, "t/table1-001"), { recursive: true, encoding: "utf8" }).find((path) =>
      path.endsWith("seed-0/improver.ts"),
    );
    expect(readFileSync(join(folder, "t/table1-001", first ?? ""), "utf8")).toBe(improverSource("greedy"));
  });

  it.each([
    ["recurse fig4 --task knapsack", "expected a downstream task, found knapsack"],
    ["recurse table1 --to knapsack", "expected a downstream task, found knapsack"],
    ["recurse table1 --from nowhere", "expected a run of strop recurse in"],
    ["recurse hacks --from file", "expected runs of strop recurse in"],
    ["recurse fig4 --samples 5", "--samples: expected it with strop recurse audit, found it with strop recurse fig4"],
    ["recurse fig4 --self", "--self: expected it with strop recurse --self, found it with strop recurse fig4"],
    ["recurse --self --rounds 2", "--rounds: expected it with strop recurse,"],
    ["recurse --self --improver greedy", "--improver: expected it with strop recurse,"],
    ["recurse audit --improver greedy", "found it with strop recurse audit"],
    ["recurse hacks --from file --task qap", "found it with strop recurse hacks --from"],
    ["recurse --rounds -1", "expected a whole number above 0"],
    ["reprogram self --pruner best", "expected one of self-evaluation"],
    ["reprogram mnist --sample --subset 9999", "training and 400 test images of mnist, found 1600"],
    ["reprogram mnist --sample --data file", "cannot be used with"],
    ["reprogram mnist --scale tiny", "--scale: expected it with strop reprogram self"],
  ])("refuses %s before anything is written", async (words, told) => {
    const folder = freshFolder();
    writeFileSync(join(folder, "file"), "");
    const ran = await strop(words.split(" "), folder);
    expect(ran.code, ran.stderr).toBe(2);
    expect(ran.stderr).toContain(told);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  it("says of a file that stands where its folder should be that it does, and not that strop is broken", async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, "file"), "");
    for (const command of ["recurse fig4", "recurse --self", "reprogram self"]) {
      const ran = await strop([...command.split(" "), "-C", "file"], folder);
      expect([command, ran.code]).toEqual([command, 2]);
      expect(ran.stderr).toContain("A file stands where a folder is needed");
    }
  });

  it("says what tables there are", async () => {
    const ran = await strop(["recurse", "fig5"], freshFolder());
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("expected a table (fig4, table1, audit, hacks), found fig5");
  });
});
