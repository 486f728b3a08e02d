import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { applyEdit } from "../../../src/core/edits/apply-edit.ts";
import type { Exchange } from "../../../src/core/exchange.ts";
import { scrubber } from "../../../src/models/recording/scrub.ts";
import type { ExchangeBook } from "../../../src/models/types.ts";
import { agentProposer } from "../../../src/propose/agent/agent-proposer.ts";
import type { Proposal } from "../../../src/propose/types.ts";
import { programScope } from "../../../src/workspace/program.ts";
import { desk, type Desk, processesWith, PROGRAM, treeOf } from "./setup.ts";

const EDIT = `sed -i 's/rate = 0.1/rate = 0.3/' src/a.py; echo 'rate 0.1 to 0.3: faster'`;

/** The program after the proposal, applied as the loop does it. */
function after({ context }: Desk, proposal: Proposal | null): Record<string, string> {
  if (proposal?.edit == null) throw new Error(`expected an edit, found ${JSON.stringify(proposal)}`);
  expect(proposal.problem).toBeUndefined();
  const applied = applyEdit(PROGRAM, proposal.edit, programScope(context.task));
  if (!applied.ok) throw new Error(applied.reason);
  expect(applied.repairs).toEqual([]);
  return applied.files;
}

describe("an agent that edits well", () => {
  test("has its change proposed as an edit of the champion, with its last words and its time", async () => {
    const here = await desk();
    const before = treeOf(here.folder);
    const proposal = await here.ask(EDIT);
    expect(after(here, proposal)).toEqual({ ...PROGRAM, "src/a.py": "rate = 0.3\nwidth = 8\n" });
    expect(proposal).toMatchObject({
      description: "rate 0.1 to 0.3: faster",
      parent: here.context.champion.candidate,
      detail: { cost: null, dropped: [], droppedFiles: 0 },
    });
    expect(treeOf(here.folder)).toEqual(before);
    expect(readdirSync(here.temp)).toEqual([]);
    expect(existsSync(join(here.folder, ".strop/agents.json"))).toBe(false);
  });

  test("may make, move and delete files of the program", async () => {
    const here = await desk();
    const made = await here.ask("mkdir -p src/deep/er && printf 'x = 1\\n' > src/deep/er/c.py && : > src/empty.py");
    expect(after(here, made)).toEqual({ ...PROGRAM, "src/deep/er/c.py": "x = 1\n", "src/empty.py": "" });
    const moved = await here.ask("git mv src/a.py src/z.py && git commit -qam moved --author 'a <a@b>'");
    expect(after(here, moved)).toEqual({ "src/b.py": PROGRAM["src/b.py"], "src/z.py": PROGRAM["src/a.py"] });
  });

  test("may name its files as it likes, but as what every object has", async () => {
    const here = await desk({ program: ["src/**", "constructor", "__proto__", "__init__"] });
    const scrub = scrubber({ API_KEY: "a-long-secret-key" });
    const proposal = await here.ask("echo one > constructor; echo two > __proto__; echo three > __init__", { scrub });
    expect(new Map(Object.entries(after(here, proposal)))).toEqual(
      new Map([...Object.entries(PROGRAM), ["__init__", "three\n"]]),
    );
    expect(proposal?.detail).toMatchObject({ dropped: ["__proto__", "constructor"] });
  });

  test("sees the program and its surroundings in a clean repository of its own, and nothing that is hidden", async () => {
    const here = await desk({}, PROGRAM);
    const proposal = await here.ask(
      "{ git status --short; git log --oneline | wc -l; git rev-parse --show-toplevel; pwd; find . -type f -not -path './.git/*' | sort; } > src/seen.txt",
    );
    const seen = after(here, proposal)["src/seen.txt"]?.trim().split("\n") ?? [];
    const [status, commits, top, cwd, ...files] = seen;
    expect(status).toBe("?? src/seen.txt");
    expect(Number(commits)).toBe(1);
    expect(top).toBe(cwd);
    expect(cwd).toContain(here.temp);
    expect(files).toEqual([
      "./.gitignore",
      "./.strop/prompt.md",
      "./data/train.txt",
      "./evaluate.py",
      "./src/a.py",
      "./src/b.py",
      "./src/seen.txt",
      "./strop.config.json",
      "./train.py",
    ]);
  });

  test("has what it changed outside the program dropped and named", async () => {
    const here = await desk();
    const proposal = await here.ask(
      `${EDIT}; echo 'score: 0' > evaluate.py; rm data/train.txt; echo hi > notes.md; mkdir -p .git/hooks; echo x > .git/hooks/x`,
    );
    expect(after(here, proposal)["evaluate.py"]).toBeUndefined();
    expect(proposal?.description).toBe(
      "rate 0.1 to 0.3: faster; 3 files outside the program dropped: data/train.txt, evaluate.py, notes.md",
    );
    expect(proposal?.detail).toMatchObject({ dropped: ["data/train.txt", "evaluate.py", "notes.md"], droppedFiles: 3 });
  });
});

describe("the prompt", () => {
  test.each([
    ["comes on standard input by default", "cat > src/told.txt"],
    ["comes as one word where the command says {prompt}", "printf %s {prompt} > src/told.txt"],
    ["is never read by the shell, quoted or not", 'printf %s "{prompt}" > src/told.txt'],
    ["comes as a file where the command says {prompt_file}", "cat < {prompt_file} > src/told.txt"],
  ])("%s", async (_name, command) => {
    const here = await desk();
    const hostile = `$(touch pwned) \`touch pwned\` 'quoted' "double" \\ %s\n${"long ".repeat(10)}é`;
    const proposal = await here.ask(command, { prompt: () => hostile });
    expect(after(here, proposal)["src/told.txt"]).toBe(hostile);
    expect(proposal?.detail).toMatchObject({ droppedFiles: 0 });
  });

  test("that is too long for an argument is named instead", async () => {
    const here = await desk();
    const proposal = await here.ask("printf %s {prompt} > src/told.txt", { prompt: () => "x".repeat(3_000_000) });
    expect(after(here, proposal)["src/told.txt"]).toMatch(/^Read .*prompt\.md and do what it says\.$/);
  });

  test("is by default the rules, the agenda and what was tried", async () => {
    const here = await desk();
    const text = after(here, await here.ask("cat > src/told.txt"))["src/told.txt"];
    expect(text).toContain("- Goal: minimize `loss`, ");
    expect(text).toContain("src/a.py, src/b.py");
    expect(text).toContain("Make it better.");
  });
});

describe("an agent that does not do its job is an invalid proposal", () => {
  const problemOf = async (command: string, more?: Parameters<Desk["ask"]>[1]): Promise<string> => {
    const here = await desk();
    const proposal = await here.ask(command, more);
    expect(proposal?.edit).toBeNull();
    expect(readdirSync(here.temp)).toEqual([]);
    return proposal?.problem ?? "";
  };

  test("when it changes nothing", async () => {
    expect(await problemOf("echo done")).toBe("the agent changed nothing in the program");
  });
  test("when it changes the environment only", async () => {
    expect(await problemOf("echo 'score: 0' > evaluate.py")).toBe(
      "the agent changed nothing in the program; 1 file outside the program dropped: evaluate.py",
    );
  });
  test("when it fails after editing", async () => {
    expect(await problemOf(`${EDIT}; echo 'out of credit' >&2; exit 1`)).toBe(
      "the agent exited with code 1: out of credit",
    );
  });
  test("when it is not installed", async () => {
    expect(await problemOf("no-such-agent-here")).toMatch(/^the agent exited with code 127: .*no-such-agent-here/);
  });
  test("when it does not end in time", async () => {
    expect(await problemOf(`${EDIT}; sleep 600`, { seconds: 1 })).toBe("the agent ran longer than 1 s");
  });
  test("when it floods", async () => {
    expect(await problemOf("yes | head -c 70000000")).toMatch(/^the agent printed \d+ bytes/);
  });
  test("when it removes its folder", async () => {
    expect(await problemOf('rm -rf "$PWD"')).toMatch(/removed the folder/);
  });
});

describe("what an agent leaves", () => {
  test("as links, pipes, binary or huge files is not taken, and said", async () => {
    const here = await desk();
    const proposal = await here.ask(
      `${EDIT}; ln -s /etc/passwd src/link.py; mkfifo src/pipe.py; head -c 2000000 /dev/zero | tr '\\0' a > src/huge.py; printf 'a\\0b' > src/binary.py; printf '\\377\\376' > src/latin.py; rm src/b.py; ln -s ../evaluate.py src/b.py; ln -s / src/folder`,
    );
    expect(after(here, proposal)).toEqual({ ...PROGRAM, "src/a.py": "rate = 0.3\nwidth = 8\n" });
    expect((proposal?.detail as { refused: string[] } | undefined)?.refused).toEqual([
      "src/b.py: a symbolic link",
      "src/binary.py: no UTF-8 text",
      "src/folder: a symbolic link",
      "src/huge.py: larger than 1000000 bytes",
      "src/latin.py: no UTF-8 text",
      "src/link.py: a symbolic link",
      "src/pipe.py: a pipe, socket or device",
    ]);
  });

  test("in names that no program may have stays outside", async () => {
    const here = await desk();
    const proposal = await here.ask(
      `${EDIT}; printf x > "src/$(printf 'a\\nb')"; mkdir src/node_modules; printf x > src/node_modules/x`,
    );
    expect(Object.keys(after(here, proposal)).sort()).toEqual(["src/a.py", "src/b.py"]);
    expect(proposal?.detail).toMatchObject({ droppedFiles: 1 });
    expect(proposal?.description).toMatch(/^\P{Cc}+$/u);
  });

  test.skipIf(process.platform !== "linux")("running in the background is ended with it", async () => {
    const here = await desk();
    const mark = `AGENT_TEST_MARK=${Math.random()}`;
    const proposal = await here.ask(
      `export ${mark}; setsid sh -c 'sleep 300 & sleep 300' & (sleep 300 &) ; sleep 0.3; ${EDIT}`,
    );
    expect(after(here, proposal)["src/a.py"]).toContain("0.3");
    expect(processesWith(mark)).toEqual([]);
  });
});

describe("a secret of the environment", () => {
  const secret = "tok_9f8e7d6c5b4a3928";
  const scrub = scrubber({ MY_TOKEN: secret });

  test("is taken out of what the agent says, also where it is cut off, and of what it writes", async () => {
    const here = await desk();
    const book = memoryBook();
    const words = `echo '# ${secret}' >> src/a.py; printf '${"x".repeat(150)} ${secret}'`;
    const proposal = await here.ask(words, { scrub, book });
    expect(proposal?.description).toContain("[MY_TOKE");
    expect(after(here, proposal)["src/a.py"]).toContain("# [MY_TOKEN]\n");
    expect(JSON.stringify([proposal, ...book.answers])).not.toContain(secret.slice(0, 8));
    const failed = await here.ask(`echo 'refused ${secret}' >&2; exit 3`, { scrub });
    expect(failed?.problem).toBe("the agent exited with code 3: refused [MY_TOKEN]");
  });

  test("that the program held before stays, and so does the edit's place", async () => {
    const here = await desk({}, { ...PROGRAM, "src/b.py": `key = "${secret}"\nrate = 1\n` });
    const edit = (await here.ask("sed -i 's/rate = 1/rate = 2/' src/b.py", { scrub }))?.edit;
    expect(edit).toMatchObject({ kind: "search-replace", blocks: [{ replace: expect.stringContaining("rate = 2") }] });
    expect(JSON.stringify(edit)).not.toContain("[MY_TOKEN]");
  });
});

describe("failures in a row", () => {
  /** What it answers when it is told these words, one after the other; `wait` lets so many minutes go by. */
  async function answers(...words: readonly (string | { readonly wait: number })[]) {
    const here = await desk();
    const told: string[] = [];
    let [clock, prompt] = [0, ""];
    const proposer = agentProposer({
      ...here.options(`if grep -q good; then ${EDIT}; fi`, { prompt: () => prompt }),
      onRest: (sentence) => told.push(sentence),
      now: () => clock,
    });
    const edits: string[] = [];
    for (const word of words) {
      if (typeof word !== "string") {
        clock += 60_000 * word.wait;
        continue;
      }
      prompt = word;
      const proposal = await proposer.propose(here.context, new AbortController().signal);
      edits.push(proposal === null ? "none" : proposal.edit === null ? "failed" : "edit");
    }
    return { edits, told, rest: proposer.rest() };
  }

  test("end the session's part of an agent that never worked", async () => {
    const { edits, told, rest } = await answers("bad", "bad", "bad", { wait: 1000 }, "good");
    expect(edits).toEqual(["failed", "failed", "failed", "none"]);
    expect(told).toEqual([expect.stringMatching(/^agent:\w+ is not asked any more.*changed nothing in the program$/)]);
    expect(rest).toEqual({ reason: told[0], leftMs: Number.POSITIVE_INFINITY });
  });

  test("give one that worked before longer and longer rests, until it works again", async () => {
    const words = "bad bad good bad bad bad good 1 bad 1 good 1 good bad bad good".split(" ");
    const { edits, told, rest } = await answers(...words.map((word) => (word === "1" ? { wait: 1 } : word)));
    const begin = ["failed", "failed", "edit", "failed", "failed", "failed", "none"];
    expect(edits).toEqual([...begin, "failed", "none", "edit", "failed", "failed", "edit"]);
    expect(told.map((sentence) => /again in (\d+) min: its edits/.exec(sentence)?.[1])).toEqual(["1", "2"]);
    expect(rest).toBeUndefined();
  });
});

describe("an abort", () => {
  test.skipIf(process.platform !== "linux")("ends the agent and removes its copy", async () => {
    const here = await desk();
    const mark = `AGENT_TEST_MARK=${Math.random()}`;
    const controller = new AbortController();
    const asked = agentProposer(here.options(`export ${mark}; setsid sleep 300 & sleep 300`)).propose(
      here.context,
      controller.signal,
    );
    while (processesWith(mark).length === 0) await new Promise((resume) => setTimeout(resume, 20));
    controller.abort();
    expect(await asked).toBeNull();
    expect(processesWith(mark)).toEqual([]);
    expect(readdirSync(here.temp)).toEqual([]);
  });
});

/** A book in memory. */
function memoryBook(): ExchangeBook & { readonly answers: Map<string, Exchange>; readonly reserved: number[] } {
  const answers = new Map<string, Exchange>();
  const reserved: number[] = [];
  return {
    answers,
    reserved,
    find: (key) => answers.get(key),
    asked: (asked) => reserved.push(asked.reserved) - 1,
    answered: (key, exchange) => void answers.set(key, exchange),
    spent: () => 0,
    recent: () => [...answers.values()],
  };
}

describe("money", () => {
  const SAYS = `${EDIT} >/dev/null; printf %s '{"type":"result","result":"Raised the rate.\\n","total_cost_usd":0.42}'`;

  test("that the agent prints is its cost, and otherwise what the user said", async () => {
    const here = await desk();
    expect(await here.ask(SAYS, { cost: 2 })).toMatchObject({
      description: "Raised the rate.",
      detail: { cost: 0.42 },
    });
    expect(await here.ask(EDIT, { cost: 2 })).toMatchObject({ detail: { cost: 2 } });
  });

  test("is reserved before the agent starts and recorded when it ended, and an answer is not paid for twice", async () => {
    const here = await desk();
    const book = memoryBook();
    const first = await here.ask(SAYS, { book, cost: 1 });
    expect(book.reserved).toEqual([1]);
    const [exchange] = book.answers.values();
    expect(exchange).toMatchObject({ purpose: "trial-0", model: "agent:sed", cost: 0.42 });
    expect(await here.ask(SAYS, { book, cost: 1 })).toEqual(first);
    expect(book.reserved).toEqual([1]);
  });

  test("that one more edit could overspend is not spent", async () => {
    const here = await desk();
    const spending = (spent: number) => () => ({ spent, inFlight: 0.5, limit: 2 });
    expect(await here.ask(EDIT, { cost: 1, spending: spending(0.6) })).toBeNull();
    expect(await here.ask(EDIT, { cost: 1, spending: spending(0.5) })).not.toBeNull();
    expect(await here.ask(EDIT, { spending: spending(1.5) })).toBeNull();
  });
});
