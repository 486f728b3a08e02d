import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { beforeEach, describe, expect, it } from "vitest";

import { StropError } from "../../../src/core/errors.ts";
import type { ModelRequest } from "../../../src/core/exchange.ts";
import type { Task } from "../../../src/core/task.ts";
import { openModels } from "../../../src/loop/research/proposer-tools.ts";
import { createGateway } from "../../../src/models/gateway.ts";
import { memoryBook } from "../memory-book.ts";
import { recordTo } from "../../../src/models/recording/recording.ts";
import { replayFrom } from "../../../src/models/recording/replay.ts";
import { resolveModel } from "../../../src/models/catalog/resolve-model.ts";
import { scrubber } from "../../../src/models/recording/scrub.ts";
import { startModelServer } from "../../../src/testing/model-server.ts";
import { freshFolder } from "../../fresh-folder.ts";

const never = new AbortController().signal;
const ask = (content: string, samples = 1): ModelRequest => ({ messages: [{ role: "user", content }], samples });
const scrub = (text: string) => text;

let folder: string;
let file: string;
beforeEach(() => {
  folder = freshFolder();
  file = join(folder, "run.jsonl");
});

describe("a recording", () => {
  it("may be the first file of its folder, as in .strop before the first run", () => {
    openModels({ models: [] } as unknown as Task, folder, { env: {}, record: join(folder, ".strop", "calls.jsonl") });
    expect(readFileSync(join(folder, ".strop", "calls.jsonl"), "utf8")).toBe("");
  });

  it("replays what a server said, failures and prices included, without the server", async () => {
    const server = await startModelServer({
      answer: ({ messages }, index) =>
        messages[0]?.content === "too long"
          ? { fault: { kind: "error", error: "context-overflow" } }
          : { text: [`answer ${index}`, `other ${index}`] },
    });
    const price = { input: 3, output: 15 };
    const live = resolveModel({ model: `openai-compatible:${server.url}/v1#x`, price }, {});
    const recorder = recordTo(file, { scrub })(live);
    const requests = [ask("one", 2), ask("two"), ask("too long"), ask("two"), ask("one", 2)];
    const said = [];
    for (const request of requests) said.push(await recorder.complete(request, never));
    await server.close();

    const [replayed, ...others] = replayFrom(file, { scrub });
    expect(others).toEqual([]);
    expect(replayed).toMatchObject({ name: live.name, price });
    const again = [];
    for (const request of requests) again.push(await replayed!.complete(request, never));
    expect(again).toEqual(JSON.parse(JSON.stringify(said)));
    expect(new Set(again.map(({ answers }) => answers[0]?.text)).size).toBe(5);
    expect(again[0]!.answers).toHaveLength(2);
  });

  it("knows the models that were never asked, with their prices, and says of them that it holds nothing", async () => {
    const named = (name: string) => resolveModel({ model: name, price: { input: 3, output: 15 } }, {});
    const names = ["openai-compatible:http://127.0.0.1:9/v1#b", "openai-compatible:http://127.0.0.1:9/v1#a"];
    names.map(named).forEach(recordTo(file, { scrub }));
    const task = { models: names.map((model) => ({ model })) } as unknown as Task;
    const replayed = openModels(task, folder, { env: {}, replay: file });
    expect(replayed.map(({ name, price }) => ({ name, price }))).toEqual(
      names.map((name) => ({ name, price: { input: 3, output: 15 } })),
    );
    const { failure } = await replayed[0]!.complete(ask("one"), never);
    expect(failure).toMatchObject({ kind: "bad-response", isPassing: false });
    expect(failure?.message).toBe(`${file} holds no request to ${names[0]}`);
  });

  it("replays a run whose calls come in another order, at the same cost", async () => {
    const server = await startModelServer({ answer: ({ messages }) => `said ${messages[0]?.content}` });
    const price = { input: 3, output: 15 };
    const live = resolveModel({ model: `openai-compatible:${server.url}/v1#x`, price }, {});
    const run = async (model: typeof live, order: number[]) => {
      const gateway = createGateway({ models: [model], book: memoryBook(), limit: 2 });
      const asked = order.map((i) =>
        gateway.ask({ model: model.name, purpose: `trial-${i}`, request: ask(`question ${i}`) }, never),
      );
      const exchanges = await Promise.all(asked);
      const texts = exchanges.map(({ purpose, reply }) => [purpose, reply.answers[0]?.text] as const);
      return { texts: Object.fromEntries(texts), spent: gateway.spending().spent };
    };
    const first = await run(recordTo(file, { scrub })(live), [0, 1, 2, 3]);
    await server.close();
    const second = await run(replayFrom(file, { scrub })[0]!, [3, 1, 0, 2]);
    expect(second.texts).toEqual(first.texts);
    expect(second.spent).toBeCloseTo(first.spent, 12);
    expect(first.spent).toBeGreaterThan(0);
  });

  it("says how a request differs from the nearest one that it holds", async () => {
    const server = await startModelServer();
    const live = resolveModel({ model: `openai-compatible:${server.url}/v1#x` }, {});
    const recorder = recordTo(file, { scrub })(live);
    await recorder.complete(ask("an unrelated question"), never);
    await recorder.complete(ask("the learning rate is 0.1 now"), never);
    await server.close();
    const replayed = replayFrom(file, { scrub })[0]!;
    const changed = await replayed.complete(ask("the learning rate is 0.2 now"), never);
    expect(changed.failure).toMatchObject({ kind: "bad-response", isPassing: false });
    expect(changed.failure?.message).toContain("number 2 of its 2, differs in message 1 (user) from character 23");
    expect(changed.failure?.message).toContain("0.1 now");
    expect(changed.failure?.message).toContain("0.2 now");
    const warmer = await replayed.complete({ ...ask("an unrelated question"), temperature: 0.5 }, never);
    expect(warmer.failure?.message).toContain("temperature 0.5");
    await replayed.complete(ask("an unrelated question"), never);
    const twice = await replayed.complete(ask("an unrelated question"), never);
    expect(twice.failure?.message).toContain("once, and it was asked again");
  });

  it("knows a request whose measured times differ by its purpose, once, and only when its text is not recorded", async () => {
    const server = await startModelServer({ answer: ["first", "second"] });
    const live = resolveModel({ model: `openai-compatible:${server.url}/v1#x` }, {});
    const recorder = recordTo(file, { scrub })(live);
    await recorder.complete(ask("it took 2.31 s"), never, "trial-1");
    await recorder.complete(ask("it took 2.40 s"), never, "trial-2");
    await server.close();
    const replayed = replayFrom(file, { scrub })[0]!;
    const say = async (content: string, purpose: string) =>
      (await replayed.complete(ask(content), never, purpose)).answers[0]?.text;
    expect(await say("it took 2.52 s", "trial-2")).toBe("second");
    expect(await say("it took 2.53 s", "trial-2")).toBeUndefined();
    expect(await say("it took 2.31 s", "trial-9")).toBe("first");
    expect(await say("it took 2.31 s", "trial-1")).toBeUndefined();
  });

  it("holds no secret, and is replayed in an environment with another one", async () => {
    const server = await startModelServer({ answer: "your key is sk-proj-1234567890abcdefghij" });
    const live = resolveModel({ model: `openai-compatible:${server.url}/v1#x` }, {});
    const recorder = recordTo(file, { scrub: scrubber({ MY_API_KEY: "swordfish-42" }) })(live);
    await recorder.complete(ask("the program says swordfish-42"), never);
    await server.close();
    expect(readFileSync(file, "utf8")).not.toMatch(/swordfish|sk-proj/);
    expect(statSync(file).mode & 0o077).toBe(0);
    const replayed = replayFrom(file, { scrub: scrubber({ MY_API_KEY: "halibut-4711" }) })[0]!;
    const reply = await replayed.complete(ask("the program says halibut-4711"), never);
    expect(reply.answers[0]?.text).toBe("your key is [secret]");
  });

  it("forgives a last line that was cut off, and nothing else", async () => {
    const server = await startModelServer();
    const live = resolveModel({ model: `openai-compatible:${server.url}/v1#x` }, {});
    await recordTo(file, { scrub })(live).complete(ask("one"), never);
    await server.close();
    const whole = readFileSync(file, "utf8");
    writeFileSync(file, `${whole}${whole.slice(0, 40)}`);
    expect(replayFrom(file, { scrub })).toHaveLength(1);
    writeFileSync(file, `${whole.slice(0, 40)}\n${whole}`);
    expect(() => replayFrom(file, { scrub })).toThrow(/run\.jsonl:1/);
    for (const other of ['{"hello": 1}\n', "null\n", "7\n"]) {
      writeFileSync(file, other);
      expect(() => replayFrom(file, { scrub })).toThrow("expected a recorded call of a model");
    }
  });

  it("that cannot be written or read is a kind error before a call is paid for", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => recordTo(join(folder, "file", "x.jsonl"), { scrub })).toThrow(StropError);
    expect(() => replayFrom(join(folder, "missing.jsonl"), { scrub })).toThrow(/missing\.jsonl.*ENOENT/);
  });
});
