import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";

import { type ModelServer, type ModelServerOptions, startModelServer } from "../../src/testing/model-server.ts";
import { type MadeTask, quadraticTask } from "../loop/make-task.ts";
import { type Ran, start, strop } from "./strop.ts";

const servers: ModelServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const newTask = (config: Parameters<typeof quadraticTask>[0] = {}): MadeTask => quadraticTask(config);

async function serve(options: ModelServerOptions): Promise<{ server: ModelServer; model: string }> {
  const server = await startModelServer(options);
  servers.push(server);
  return { server, model: `openai-compatible:${server.url}/v1#test-model` };
}

/** A model that makes `width` one smaller at every call; the best is 3. */
const climbing = (_: unknown, call: number) => ({
  text: `Idea: width ${7 - call}

\`\`\`\`
train.ts
<<<<<<< SEARCH
const width = ${8 - call};
=======
const width = ${7 - call};
>>>>>>> REPLACE
\`\`\`\`
`,
});
interface Printed {
  readonly ended: string;
  readonly total: number;
  readonly limit: number;
  readonly counts: { readonly scored: number };
  readonly models: Readonly<Record<string, { readonly calls: number }>>;
}
/** What `--json` printed: of the keys below, those that the command has. */
const json = (ran: Ran): Printed => JSON.parse(ran.stdout) as Printed;

describe("strop run with a coding agent", () => {
  it("keeps its command line in the journal without the secrets of the environment", async () => {
    const task = newTask();
    const key = "very-secret-value-98765";
    const agent = `sed -i 's/width = 8/width = 3/' train.ts # ${key}`;
    const ran = await strop(["run", "--proposer", "agent", "--agent", agent, "--trials", "2"], task.folder, {
      MY_AGENT_TOKEN: key,
    });
    expect(ran.stderr).toMatch(/keep .*agent/);
    expect(ran.stderr).not.toContain(key);
    const db = ["journal.db", "journal.db-wal"].map((name) => join(task.folder, ".strop/runs/run-001", name));
    for (const file of db.filter((path) => existsSync(path))) expect(readFileSync(file, "latin1")).not.toContain(key);
  });
});

describe("strop run with a language model", () => {
  it("shows it the state, applies its edits, and counts what they cost", async () => {
    const task = newTask();
    const { server, model } = await serve({ answer: climbing });
    const ran = await strop(["run", "--model", model, "--proposer", "model", "--trials", "4"], task.folder);
    expect(ran.stderr).toMatch(/#1 .*width 7/);
    expect(server.requests.filter(({ protocol }) => protocol === "openai").length).toBeGreaterThanOrEqual(3);
    expect(server.requests[0]?.messages.at(-1)?.content).toContain("const width = 8;");
    const cost = json(await strop(["cost", "--json"], task.folder));
    expect(cost.total).toBe(0);
    expect(cost.models[model]?.calls).toBeGreaterThanOrEqual(3);
  });

  it("is taken from the environment where it names one, said in the first lines, and left out with --no-model", async () => {
    const task = newTask();
    const { model } = await serve({ answer: climbing });
    const found = await strop(["run", "--proposer", "portfolio", "--trials", "2"], task.folder, { STROP_MODEL: model });
    expect(found.stderr.split("\n")[0]).toContain(`model ${model}`);
    expect(found.stderr).toMatch(/proposes too, because STROP_MODEL names it; it is local and costs nothing, and/);
    // The baseline alone: nobody is asked.
    const paid = await strop(["run", "--fresh", "--proposer", "portfolio", "--trials", "1"], task.folder, {
      ANTHROPIC_API_KEY: "sk-12345678",
    });
    expect(paid.stderr).toMatch(/because ANTHROPIC_API_KEY is set; it may cost \$5\.00 \(--max-cost\), and/);
    const without = await strop(
      ["run", "--fresh", "--proposer", "portfolio", "--trials", "2", "--no-model"],
      task.folder,
      { STROP_MODEL: model },
    );
    expect(without.stderr).not.toContain("proposes too");
  });

  it("that was found takes its limit's money away, not the run, and needs no price where STROP_MODEL names it", async () => {
    const task = newTask();
    const { model } = await serve({ answer: climbing });
    const prices = { [model]: { input: 1e6, output: 1e6 } };
    const home = join(task.folder, ".strop/config");
    mkdirSync(join(home, "strop"), { recursive: true });
    writeFileSync(join(home, "strop/prices.json"), JSON.stringify(prices));
    const env = { STROP_MODEL: model, XDG_CONFIG_HOME: home };
    const ran = await strop(["run", "--proposer", "portfolio", "--trials", "3", "--json"], task.folder, env);
    expect(ran.stderr).toContain("note: the models' money is used up: asking ");
    expect(json(ran).ended).toBe("all 3 trials done");
    const named = await strop(
      ["run", "--proposer", "portfolio", "--trials", "9", "--max-cost", "5", "--json"],
      task.folder,
      env,
    );
    expect(json(named).ended).toContain("money is used up");
    const unpriced = {
      STROP_MODEL: "openrouter/vendor/name",
      OPENROUTER_API_KEY: "k",
      OPENROUTER_BASE_URL: "127.0.0.1:9",
    };
    const free = await strop(["run", "--proposer", "portfolio", "--trials", "6"], task.folder, unpriced);
    expect(free.stderr).toContain("because STROP_MODEL names it; what it costs is not known, and");
    expect(free.code).toBe(0);
  });

  it("that is down costs a message, not the run: another model goes on", async () => {
    const task = newTask();
    const [down, up] = [await serve({}), await serve({ answer: climbing })];
    await down.server.close();
    const models = ["--model", down.model, "--model", up.model];
    const ran = await strop(["run", ...models, "--proposer", "model", "--trials", "5", "--json"], task.folder);
    expect(ran.stderr).toMatch(/note: .*openai-compatible:.*test-model/);
    expect(json(ran).counts.scored).toBe(5);
  });

  it("that is down does not keep the portfolio from its other proposers", async () => {
    const task = newTask();
    const { server, model } = await serve({});
    await server.close();
    const ran = await strop(
      ["run", "--model", model, "--proposer", "portfolio", "--trials", "6", "--json"],
      task.folder,
    );
    expect(json(ran).ended).toBe("all 6 trials done");
  });

  it("that is down ends a run which has no other proposer, with the reason and one that has", async () => {
    const task = newTask();
    const { server, model } = await serve({});
    await server.close();
    const ran = await strop(["run", "--model", model, "--proposer", "model", "--trials", "8", "--json"], task.folder);
    expect(json(ran).ended).toMatch(/nothing left to propose \(.*test-model/);
    // Nothing could be tried.
    expect(ran.code).toBe(1);
    const said = await strop(["run", "--model", model, "--proposer", "model", "--trials", "8"], task.folder);
    expect(said.stdout).toMatch(/^ {2}strop run --model \S+ --proposer portfolio --for 30m +go on from here$/m);
    expect(said.stdout).not.toContain("--proposer random");
    // Its name once.
    expect(ran.stderr.match(/^note: .*$/m)?.[0].split(model)).toHaveLength(2);
  });

  it("is what a run needs that has no other edit to try, and that is said", async () => {
    const task = newTask();
    const config = { program: "a.awk", run: "awk -f a.awk", metric: "score", environment: ["data/**"] };
    writeFileSync(join(task.folder, "a.awk"), 'BEGIN { print "score: 1" }\n');
    writeFileSync(join(task.folder, "strop.config.json"), JSON.stringify(config));
    const said = await strop(["run", "--trials", "3", "--no-model", "--unsafe-no-sandbox"], task.folder);
    expect(said.stdout).toMatch(/^ {2}strop run --unsafe-no-sandbox --model <name> +go on with a language model/m);
  });

  it("ends before its money is exceeded, whatever is in flight", async () => {
    const task = newTask({ parallel: 2 });
    const { model } = await serve({ answer: climbing });
    const config = JSON.parse(readFileSync(join(task.folder, "strop.config.json"), "utf8")) as object;
    const models = [{ model, price: { input: 1000, output: 1000 }, maxOutputTokens: 200 }];
    writeFileSync(join(task.folder, "strop.config.json"), JSON.stringify({ ...config, models }));
    const ran = await strop(
      ["run", "--proposer", "model", "--trials", "50", "--max-cost", "12", "--json"],
      task.folder,
    );
    expect(json(ran).ended).toContain("money is used up");
    // The same again would end at once.
    const again = await strop(["run", "--proposer", "model", "--trials", "50", "--max-cost", "12"], task.folder);
    expect(again.stdout).toMatch(/^ {2}strop run --proposer model --max-cost 24 +go on from here$/m);
    const cost = json(await strop(["cost", "--json"], task.folder));
    expect(cost.total).toBeGreaterThan(1);
    expect(cost.total).toBeLessThanOrEqual(12);
  });

  it.each(["greedy-llm", "model"])("is asked next what strop prompt prints, by %s", async (proposer) => {
    const task = newTask({ islands: 2 });
    const { server, model } = await serve({ answer: climbing });
    const file = join(task.folder, "strop.config.json");
    const config = JSON.parse(readFileSync(file, "utf8")) as object;
    const models = [{ model, temperature: 0.1, contextTokens: 6_000 }];
    writeFileSync(file, JSON.stringify({ ...config, models }));
    const run = (trials: number) => strop(["run", "--proposer", proposer, "--trials", `${trials}`], task.folder);
    await run(4);
    const asked = server.requests.length;
    const printed = await strop(["prompt", "--json"], task.folder);
    const next = JSON.parse(printed.stdout) as { messages: unknown; limit: number; ask: { temperature: number } };
    expect(next).toMatchObject({ ask: { temperature: 0.1 }, limit: 4_500, notes: [] });
    await run(6);
    expect(server.requests[asked]?.messages).toEqual(next.messages);
    expect(server.requests[asked]?.body).toMatchObject({ temperature: 0.1 });
  });

  it("is refused with the variable's name when its key is missing, before anything is written", async () => {
    const task = newTask();
    const ran = await strop(["run", "--model", "anthropic/claude-test"], task.folder);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("ANTHROPIC_API_KEY");
    expect(ran.stderr).toContain("--no-model");
  });

  it("is recorded once and replayed without a network, to the same trials", async () => {
    const [first, second] = [newTask({ seed: 5 }), newTask({ seed: 5 })];
    const { server, model } = await serve({ answer: climbing });
    const inside = await strop(["run", "--model", model, "--record", "exchanges.jsonl"], first.folder);
    expect(inside.code).toBe(2);
    expect(inside.stderr).toContain(".strop");
    const file = join(first.folder, ".strop", "exchanges.jsonl");
    mkdirSync(dirname(file));
    const args = ["run", "--model", model, "--proposer", "model", "--trials", "4"];
    await strop([...args, "--record", file], first.folder, { OPENAI_COMPATIBLE_API_KEY: "sk-very-secret-key-123456" });
    expect(readFileSync(file, "utf8")).not.toContain("very-secret");
    await server.close();
    await strop([...args, "--replay", file], second.folder);
    const scores = async (task: MadeTask) =>
      (await strop(["export", "--format", "tsv"], task.folder)).stdout
        .split("\n")
        .map((line) => line.split("\t").filter((_, column) => column === 1 || column === 4));
    expect(await scores(second)).toEqual(await scores(first));
  });

  it("is not asked again what it had answered before a kill", async () => {
    const task = newTask();
    const { server, model } = await serve({ answer: climbing });
    const args = ["run", "--model", model, "--proposer", "model", "--trials", "4"];
    const killed = start(args, task.folder);
    await killed.saw(/#1 /);
    killed.kill("SIGKILL");
    await killed.ended;
    await strop(args, task.folder);
    const prompts = server.requests
      .filter(({ protocol }) => protocol === "openai")
      .map(({ messages }) => JSON.stringify(messages));
    expect(new Set(prompts).size).toBe(prompts.length);
  });
});
