import { describe, expect, it } from "vitest";

import { bundleModule } from "../../src/sandbox/deno/bundle.ts";
import { LIMITS, MEGABYTE, moduleTiers, runSource, sandboxOf } from "./helpers.ts";

describe.each(moduleTiers)("a module in tier %s", (tier) => {
  it("receives its input and blobs and returns JSON", async () => {
    const sandbox = await sandboxOf(tier);
    const source =
      "export default ({ input, blobs }) => ({ sum: input.a + blobs.x[2], length: blobs.x.length, names: Object.keys(blobs) })";
    const blobs = { x: Uint8Array.of(1, 2, 40), "data:y/ü.bin": new Uint8Array(3 * MEGABYTE) };
    const result = await runSource(sandbox, source, { input: { a: 2 }, blobs });
    expect(result).toMatchObject({ exitCode: 0, signal: null, killed: undefined, reason: "" });
    expect(result.value).toEqual({ sum: 42, length: 3, names: ["x", "data:y/ü.bin"] });
  });

  it("has returned before its process is gone, and only then does the next one get its program", async () => {
    const sandbox = await sandboxOf(tier);
    let isGone = false;
    const base = { input: null, blobs: {}, limits: LIMITS };
    const source =
      "export default async () => { globalThis.kept = new Uint8Array(200_000_000).fill(1); console.log('full'); " +
      // Memory is looked at now and then.
      "await new Promise((resolve) => setTimeout(resolve, 500)); return 1; }";
    const first = sandbox.module({ ...base, source, functions: {} });
    void first.result.then(() => (isGone = true));
    const early = await first.returned;
    const wasGoneEarly = isGone;
    const began = () => isGone;
    const second = sandbox.module({
      ...base,
      source: "export default ({ call }) => call('began')",
      functions: { began },
    });
    expect(wasGoneEarly).toBe(false);
    expect(early).toMatchObject({ exitCode: 0, value: 1, outputTail: "full\n" });
    expect(early.peakMemoryBytes).toBeGreaterThan(200_000_000);
    expect((await second.result).value).toBe(true);
    expect(await first.result).toBe(early);
  });

  it("that is killed has not returned before it is gone", async () => {
    const sandbox = await sandboxOf(tier);
    let isGone = false;
    const limits = { ...LIMITS, outputBytes: 10 };
    const source = "export default async () => { for (;;) console.log('flood'); }";
    const execution = sandbox.module({ source, input: null, blobs: {}, functions: {}, limits });
    void execution.result.then(() => (isGone = true));
    const { killed } = await execution.returned;
    await new Promise((resume) => setImmediate(resume));
    expect({ killed, isGone }).toEqual({ killed: "output", isGone: true });
  });

  it("calls host functions by name with an argument and megabytes of bytes", async () => {
    const sandbox = await sandboxOf(tier);
    const bytes = new Map<string, Uint8Array>();
    const save = (name: unknown, content?: Uint8Array) => {
      bytes.set(String(name), content ?? Uint8Array.of(255));
      return bytes.size;
    };
    const source = `export default async ({ call }) => {
      const big = new Uint8Array(5_000_000).fill(7);
      const both = await Promise.all([call("save", "big", big), call("save", "empty", new Uint8Array())]);
      return [...both, await call("save", "none")];
    }`;
    const result = await runSource(sandbox, source, { functions: { save } });
    expect(result.value).toEqual([1, 2, 3]);
    expect(bytes.get("big")?.every((byte) => byte === 7)).toBe(true);
    expect([...bytes.values()].map(({ length }) => length)).toEqual([5_000_000, 0, 1]);
  });

  it("gets a host function's message when it throws, but not its stack", async () => {
    const sandbox = await sandboxOf(tier);
    const functions = {
      spend: () => {
        throw new Error("the budget is used up");
      },
    };
    const source = `export default async ({ call }) => {
      const seen = [];
      for (const name of ["spend", "toString", "absent"]) await call(name).catch((error) => seen.push(error.message + error.stack));
      return seen;
    }`;
    const { value } = await runSource(sandbox, source, { functions });
    const [spend, inherited, absent] = value as string[];
    expect(spend).toContain("the budget is used up");
    expect(spend).not.toContain("module.test.ts");
    expect(inherited).toContain("expected one of spend, found toString");
    expect(absent).toContain("found absent");
  });

  it("delivers what it prints on the stream where it was printed", async () => {
    const sandbox = await sandboxOf(tier);
    const printed = { stdout: "", stderr: "" };
    const source = `export default () => { console.log("grüße", { a: [1] }); console.error("bad"); console.table([1]); console.assert(true, "no"); console.group("g"); }`;
    const result = await runSource(sandbox, source, {
      onOutput: (text, stream) => {
        printed[stream] += text;
      },
    });
    expect(printed.stdout).toContain("grüße { a: [ 1 ] }\n");
    expect(printed.stderr).toBe("bad\n");
    expect(result.outputTail).toContain("bad");
    expect(result.value).toBe(null);
  });

  it.each([
    ["throws", `export default () => { throw new RangeError("too big") }`, /RangeError: too big/],
    ["throws something that is no error", `export default () => { throw { a: 1 } }`, /threw \{ a: 1 \}/],
    ["does not parse", "export default (", /SyntaxError/],
    ["has no default function", "export const x = 1", /expected the module to export a default function/],
    ["returns what is not JSON", "export default () => 10n", /BigInt/],
    ["returns a cycle", "export default () => { const a = {}; a.a = a; return a }", /circular/i],
    ["overflows the stack", "const f = () => f(); export default f", /Maximum call stack/],
    [
      "throws in the background",
      `export default () => new Promise(() => setTimeout(() => { throw new Error("late") }))`,
      /Error: late/,
    ],
    [
      "rejects in the background",
      `export default () => { Promise.reject(new Error("lost")); return new Promise(() => {}) }`,
      /Error: lost/,
    ],
  ])("fails with a reason when it %s", async (_, source, reason) => {
    const result = await runSource(await sandboxOf(tier), source);
    expect(result.reason).toMatch(reason);
    expect(result).toMatchObject({ exitCode: 1, value: undefined, killed: undefined });
    expect(result.outputTail).not.toContain("base64");
  });

  it("still has what web programs use", async () => {
    const source = `export default async () => {
      const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("x"));
      await new Promise((resolve) => setTimeout(resolve, 1));
      const wasm = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
      const text = await new Response(new Blob(["hi"])).text();
      return [digest.byteLength, typeof performance.now(), wasm instanceof WebAssembly.Module, text, structuredClone({ a: 1 }).a];
    }`;
    const { value } = await runSource(await sandboxOf(tier), source);
    expect(value).toEqual([32, "number", true, "hi", 1]);
  });

  it("runs many times in a row and at once, each job in a process of its own", async () => {
    const sandbox = await sandboxOf(tier);
    const source =
      "globalThis.count = (globalThis.count ?? 0) + 1; export default ({ input }) => [input, globalThis.count]";
    const results = await Promise.all([1, 2, 3, 4, 5].map((input) => runSource(sandbox, source, { input })));
    expect(results.map(({ value }) => value)).toEqual([1, 2, 3, 4, 5].map((input) => [input, 1]));
  });

  it("is measured while it runs and ends when it is aborted", async () => {
    const sandbox = await sandboxOf(tier);
    const controller = new AbortController();
    const execution = sandbox.module({
      source:
        "export default async ({ call }) => { const a = new Float64Array(8e6).fill(1); await call('ready', a.length); for (;;); }",
      input: null,
      blobs: {},
      limits: LIMITS,
      signal: controller.signal,
      functions: {
        ready: () => {
          setTimeout(() => controller.abort(new Error("seen enough")), 300);
          return null;
        },
      },
    });
    const result = await execution.result;
    expect(result).toMatchObject({ exitCode: null, killed: "aborted", reason: "aborted: seen enough" });
    expect(result.peakMemoryBytes).toBeGreaterThan(64e6);
    expect(result.cpuSeconds).toBeGreaterThan(0.05);
    expect(result.cpuSeconds).toBeLessThan(result.wallSeconds + 1);
  });

  it("runs bundled TypeScript", async () => {
    const { source } = await bundleModule({
      entry: "a.ts",
      files: {
        "a.ts": `import { b } from "./b.ts"; export default (h: { input: number }): number => h.input * b;`,
        "b.ts": "export const b: number = 6;",
      },
    });
    expect((await runSource(await sandboxOf(tier), source, { input: 7 })).value).toBe(42);
  });
});
