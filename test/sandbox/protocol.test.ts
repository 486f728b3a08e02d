/**
 * The host against a process that forges frames: not Deno with the loader, but a program that writes whatever it
 * likes, which is the worst that a module can become. Attacks 54 to 64 of docs/sandbox.md.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, describe, expect, it } from "vitest";

import type { Json } from "../../src/core/json.ts";
import { FRAME, encodeFrame } from "../../src/sandbox/deno/frames.ts";
import { createGuardian } from "../../src/sandbox/processes/guardian.ts";
import { launchPlain } from "../../src/sandbox/launch-plain.ts";
import { runModule } from "../../src/sandbox/deno/run-module.ts";
import type { JobResult, ModuleJob } from "../../src/sandbox/types.ts";
import { LIMITS, MEGABYTE, moduleTiers, runSource, sandboxOf, temporaryFolder } from "./helpers.ts";

const guardian = createGuardian();
afterAll(() => guardian.close());

/** A process that writes these bytes and then reads until it is killed. */
function forge(wire: Buffer, job: Partial<ModuleJob> = {}): Promise<JobResult> {
  const file = join(temporaryFolder(), "wire");
  writeFileSync(file, wire);
  const script = `process.stdout.write(fs.readFileSync("${file}")); process.stdin.resume()`;
  const launched = launchPlain(
    { argv: [process.execPath, "-e", script], env: {}, workFolder: "/", stdin: "pipe", mark: "", mayFork: false },
    guardian,
  );
  return runModule({ source: "", input: null, blobs: {}, functions: {}, limits: LIMITS, ...job }, launched).result;
}

const call = (id: Json, name: Json = "f", argument: Json = null) => encodeFrame(FRAME.call, { id, name, argument });
const result = (value: Json) => encodeFrame(FRAME.result, value);
const raw = (kind: number, text: string, bytesPlusOne = 0): Buffer => {
  const header = Buffer.alloc(9);
  header.writeUInt8(kind, 0);
  header.writeUInt32LE(Buffer.byteLength(text), 1);
  header.writeUInt32LE(bytesPlusOne, 5);
  return Buffer.concat([header, Buffer.from(text)]);
};

describe("the host's side of the wire", () => {
  it("believes a well-formed forgery exactly as it believes the loader: it is only a call and a result", async () => {
    const seen: Json[] = [];
    const ended = await forge(Buffer.concat([call(1, "f", 5), result("done")]), {
      functions: {
        f: (x) => {
          seen.push(x);
          return null;
        },
      },
    });
    expect(ended).toMatchObject({ exitCode: 0, value: "done", killed: undefined });
    expect(seen).toEqual([5]);
  });

  it.each<[string, Buffer]>([
    ["text that is no frame (attack 54)", Buffer.from('{"done": 1}\n{"id":1,"fn":"utility"}\n')],
    ["a kind that only the host sends", encodeFrame(FRAME.reply, { id: 1 })],
    ["a call number used twice (attack 55)", Buffer.concat([call(1), call(1)])],
    ["a call number out of order", call(7)],
    ["a call number that is no number", call("1")],
    ["a function name that is no text", call(1, 5)],
    ["a call that is no object", encodeFrame(FRAME.call, null)],
    ["JSON that does not parse", raw(FRAME.result, "{")],
    ["JSON 100,000 levels deep (attack 57)", raw(FRAME.result, "[".repeat(1e5) + "]".repeat(1e5))],
    ["an infinite number (attack 57)", raw(FRAME.result, "[1e999]")],
    ["a key named __proto__ (attack 60)", raw(FRAME.result, '{"a":{"__proto__":{"polluted":1}}}')],
    ["the same key, escaped", raw(FRAME.result, '{"__pr\\u006fto__":{"polluted":1}}')],
    ["a message longer than allowed (attack 63)", raw(FRAME.result, "").fill(255, 1, 5)],
    ["attached bytes beyond the disk limit", raw(FRAME.call, "{}", 0xffffffff)],
    ["a failure that is no text", encodeFrame(FRAME.failure, { a: 1 })],
  ])("ends a process that sends %s", async (_, wire) => {
    const ended = await forge(wire, { functions: { f: () => null } });
    expect(ended).toMatchObject({ exitCode: null, killed: "protocol", value: undefined });
    expect(ended.reason).toMatch(/broke the protocol: (expected|left)/);
    expect(({} as Record<string, unknown>)["polluted"]).toBe(undefined);
  });

  it("ignores everything after the result (attack 62)", async () => {
    let calls = 0;
    const ended = await forge(Buffer.concat([result(1), call(1), result(2), Buffer.from("garbage")]), {
      functions: { f: () => ++calls },
    });
    expect(ended).toMatchObject({ exitCode: 0, value: 1, killed: undefined });
    expect(calls).toBe(0);
  });

  it.each(["__proto__", "constructor", "hasOwnProperty", "toString"])(
    "calls no inherited function named %s (attack 55)",
    async (name) => {
      const ended = await forge(Buffer.concat([call(1, name), call(2, "f"), result("alive")]), {
        functions: { f: () => null },
      });
      expect(ended.value).toBe("alive");
    },
  );

  it("survives a process that never reads its answers", async () => {
    const script = `let id = 1;
      const frame = (id) => { const text = Buffer.from(JSON.stringify({ id, name: "f", argument: null })); const head = Buffer.alloc(9); head[0] = 4; head.writeUInt32LE(text.length, 1); return Buffer.concat([head, text]); };
      const more = () => { for (let i = 0; i < 100; i++) process.stdout.write(frame(id++)); setTimeout(more, 5); }; more();`;
    const launched = launchPlain(
      { argv: [process.execPath, "-e", script], env: {}, workFolder: "/", stdin: "pipe", mark: "", mayFork: false },
      guardian,
    );
    const job = { source: "", input: null, blobs: {}, functions: { f: () => "x".repeat(MEGABYTE) }, limits: LIMITS };
    const ended = await runModule(job, launched).result;
    expect(ended).toMatchObject({ killed: "protocol", reason: "broke the protocol: left its answers unread" });
  });
});

describe.each(moduleTiers)("budgets against a module in tier %s", (tier) => {
  it("hold against 20,000 calls at once, because the host counts them as they arrive (attack 56)", async () => {
    let [left, overspent, most, open] = [25, 0, 0, 0];
    const languageModel = async () => {
      if (left === 0) {
        overspent += 1;
        throw new Error("budget used up");
      }
      left -= 1;
      most = Math.max(most, ++open);
      await new Promise((resolve) => setTimeout(resolve, 20));
      open -= 1;
      return "answer";
    };
    const source = `export default async ({ call }) => {
      const answers = await Promise.allSettled(Array.from({ length: 20_000 }, () => call("languageModel", "hi")));
      return answers.filter(({ status }) => status === "fulfilled").length;
    }`;
    const { value } = await runSource(await sandboxOf(tier), source, { functions: { languageModel } });
    expect(value).toBe(25);
    expect({ left, overspent, most }).toEqual({ left: 0, overspent: 19_975, most: 25 });
  });

  it("hold when the module rebuilds its own world (attack 59)", async () => {
    const source = `
      JSON.stringify = () => "forged"; JSON.parse = () => ({ forged: true });
      Promise.prototype.then = function () { throw new Error("mine"); };
      Array.prototype.map = () => []; Map.prototype.get = () => undefined; Uint8Array.prototype.set = () => {};
      export default () => new Promise(() => {});`;
    const ended = await runSource(await sandboxOf(tier), source, { limits: { ...LIMITS, wallSeconds: 1 } });
    expect(ended.value).toBe(undefined);
    expect(ended.exitCode).not.toBe(0);
  });

  it("turn numbers that JSON lacks into null, and refuse what is not JSON (attack 57)", async () => {
    const { value } = await runSource(
      await sandboxOf(tier),
      "export default () => [NaN, Infinity, -0, undefined, () => 1]",
    );
    expect(value).toEqual([null, null, 0, null, null]);
    const deep = await runSource(
      await sandboxOf(tier),
      "let a = []; for (let i = 0; i < 1000; i++) a = [a]; export default () => a",
    );
    expect(deep.killed).toBe("protocol");
  });
});
