/** The whole way: `strop run` with an agent, as a process of its own. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test, vi } from "vitest";

import { start, strop } from "../../cli/strop.ts";
import { type MadeTask, quadraticTask } from "../../loop/make-task.ts";
import { trialsOf } from "../../loop/read-run.ts";
import { processesWith } from "./setup.ts";

// Every test starts several processes, on machines that may be busy.
vi.setConfig({ testTimeout: 180_000 });

/** A task whose agent is this Node script; it runs in the copy, with the prompt on standard input. */
function taskWith(script: string, config: object = {}): MadeTask {
  const agent = { command: `'${process.execPath}' agent.cjs`, seconds: 60, cost: 0.5 };
  return quadraticTask({ proposer: "agent", agent, stop: { trials: 4 }, ...config }, { "agent.cjs": script });
}

const ONE_LESS = `
const { readFileSync, writeFileSync } = require("node:fs");
const text = readFileSync("train.ts", "utf8");
const width = Number(/width = (\\d+)/.exec(text)[1]);
writeFileSync("train.ts", text.replace(/width = \\d+/, "width = " + (width - 1)));
writeFileSync("agent.cjs", "// I would rather be somebody else");
console.log("width " + width + " to " + (width - 1));
`;

describe("strop run with an agent", () => {
  test("keeps what helps, drops what lies outside the program, and leaves nothing behind", async () => {
    const task = taskWith(ONE_LESS);
    const { code, stderr } = await strop(["run", "--tier", "deno"], task.folder);
    expect(code, stderr).toBe(0);
    const trials = trialsOf(task.folder);
    expect(trials.map(({ verdict }) => verdict?.decision)).toEqual(["keep", "keep", "keep", "keep"]);
    expect(trials.at(-1)).toMatchObject({
      proposer: "agent",
      description: "width 6 to 5; 1 file outside the program dropped: agent.cjs",
      detail: { cost: 0.5 },
    });
    expect(readFileSync(join(task.folder, "agent.cjs"), "utf8")).toBe(ONE_LESS);
    expect(existsSync(join(task.folder, ".strop/tmp"))).toBe(false);
    expect(existsSync(join(task.folder, ".strop/agents.json"))).toBe(false);
  });

  test("ends when the agent fails again and again, and says why each time", async () => {
    const task = taskWith("console.error('no credit left'); process.exit(7);");
    const { code } = await strop(["run", "--tier", "deno"], task.folder);
    expect(code).toBe(1);
    expect(
      trialsOf(task.folder)
        .slice(1)
        .map(({ outcome }) => outcome?.reason),
    ).toEqual(Array.from({ length: 3 }, () => "the agent exited with code 7: no credit left"));
  });

  test("spends no more than the run may", async () => {
    const task = taskWith(ONE_LESS, { stop: { trials: 9, cost: 1 } });
    await strop(["run", "--tier", "deno"], task.folder);
    expect(trialsOf(task.folder)).toHaveLength(3);
  });

  test.skipIf(process.platform !== "linux")(
    "killed while the agent works leaves neither processes nor the copy, and goes on",
    { timeout: 120_000 },
    async () => {
      const mark = `AGENT_RUN_MARK_${process.pid}`;
      const hangsFirst = `
        const { spawn } = require("node:child_process");
        const fs = require("node:fs");
        if (!fs.existsSync(process.env.AGENT_FLAG)) {
          fs.writeFileSync(process.env.AGENT_FLAG, "");
          spawn("setsid", ["sleep", "300"], { env: { ...process.env, ${mark}: "1" }, stdio: "ignore" });
          setInterval(() => {}, 1000);
        } else {${ONE_LESS}}`;
      const task = taskWith(hangsFirst);
      process.env["AGENT_FLAG"] = join(task.folder, ".strop", "flag");
      try {
        const run = start(["run", "--tier", "deno"], task.folder);
        while (processesWith(mark).length === 0) await sleep(50);
        const [copy = ""] = readdirSync(join(task.folder, ".strop/tmp")).filter((name) => name.startsWith("agent-"));
        run.kill("SIGKILL");
        await run.ended;
        const next = await strop(["run", "--tier", "deno"], task.folder);
        expect(next.code, next.stderr).toBe(0);
        expect(processesWith(mark)).toEqual([]);
        expect(existsSync(join(task.folder, ".strop/tmp", copy))).toBe(false);
        expect(trialsOf(task.folder).map(({ verdict }) => verdict?.decision)).toEqual(["keep", "keep", "keep", "keep"]);
      } finally {
        delete process.env["AGENT_FLAG"];
      }
    },
  );
});
