import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { digits, photos, run, sandbox, text } from "./helpers.ts";

const MODEL = `transformer({ encoderLayers: 2, decoderLayers: 1, heads: 4, feedForward: 128 })`;
const HEAD = `import { transformer } from "strop/design";\n`;
const refused = async (source: string, options: Parameters<typeof run>[1] = {}): Promise<string> => {
  const result = await run(source, options);
  return result.ok ? `accepted ${JSON.stringify(result.design)}` : result.reason;
};

describe("a source", () => {
  test("defines a model", async () => {
    const result = await run(`${HEAD}export const model = ${MODEL};\n`);
    const model = { kind: "transformer", encoderLayers: 2, decoderLayers: 1, heads: 4, feedForward: 128 };
    expect(result).toEqual({ ok: true, design: { model } });
  });

  test("may define train(), compute with the whole language, and name further options", async () => {
    const result = await run(`import { transformer } from "strop/design";
const depth = [1, 1].reduce((a, b) => a + b);
class Width { constructor(readonly value: number) {} }
export const model = transformer({
  encoderLayers: depth, decoderLayers: depth, heads: 4, feedForward: new Width(2 ** 7).value, activation: "gelu", dropout: 0.1,
});
export async function train() {
  return { optimizer: "muon", learningRate: 0.02, schedule: "cosine", warmupSteps: 10, batch: 32 } as const;
}
`);
    expect(result.ok && result.design.train).toEqual({
      optimizer: "muon",
      learningRate: 0.02,
      schedule: "cosine",
      warmupSteps: 10,
      batch: 32,
    });
  });

  test("may define a network of images", async () => {
    const source = `import { conv, dense, dropout, network, pool } from "strop/design";
export const model = network([...[8, 16].flatMap((size) => [conv(size), pool()]), conv(16, 5), dropout(0.5), dense(32)]);`;
    const result = await run(source, { setting: photos });
    expect(result.ok && result.design.model).toMatchObject({ kind: "network", layers: { length: 7 } });
  });
});

describe("an error candidate has a reason", () => {
  test.each([
    ["does not parse", `${HEAD}export const model = transformer({`, /source\.ts:2/],
    ["does not run", `${HEAD}export const model = transfomer({});`, /transfomer is not defined/],
    ["throws", "throw new Error('no idea');", /no idea/],
    ["throws what is no error", "throw null;", /threw null/],
    ["defines nothing", `${HEAD}const model = ${MODEL};`, /expected an export named model, found none/],
    ["is empty", "", /expected an export named model, found none/],
    ["exports a number", "export const model = 3;", /model: .*object/],
    ["lacks a parameter", `${HEAD}export const model = transformer({ heads: 2 });`, /model\.encoderLayers/],
    ["has a fraction of a head", `${HEAD}export const model = ${MODEL.replace("4", "4.5")};`, /model\.heads/],
    ["has no heads", `${HEAD}export const model = ${MODEL.replace("4", "0")};`, /model\.heads/],
    ["has NaN layers", `${HEAD}export const model = ${MODEL.replace("2", "NaN")};`, /model\.encoderLayers/],
    ["has an unknown option", `${HEAD}export const model = { ...${MODEL}, evil: 1 };`, /evil/],
    [
      "has a train() that throws",
      `${HEAD}export const model = ${MODEL}; export const train = () => { throw Error("x"); };`,
      /x/,
    ],
    [
      "learns nonsense",
      `${HEAD}export const model = ${MODEL}; export const train = () => ({ learningRate: -1 });`,
      /train\.learningRate/,
    ],
    ["prints without end", "for (;;) console.log('x'.repeat(1000));", /printed \d+ bytes/],
    ["returns a mountain", "export const model = { kind: 'x'.repeat(5e6) };", /protocol|expected/],
    ["nests without end", "let a: unknown = []; for (let i = 0; i < 1e5; i++) a = [a]; export const model = a;", /./],
  ])("when it %s", async (_, source, reason) => {
    expect(await refused(source)).toMatch(reason);
  });

  test("when it runs without end", async () => {
    expect(await refused("for (;;);")).toMatch(/ran longer than/);
  }, 60_000);

  test("which drives no terminal", async () => {
    const reason = await refused("throw new Error('\\u001b[31mred\\u0007'.repeat(1000));");
    expect(reason).toMatch(/^Error: redred/);
    expect(reason.length).toBeLessThanOrEqual(500);
  });

  test("when it is for something else", async () => {
    expect(await refused(`${HEAD}export const model = ${MODEL};`, { setting: digits })).toBe(
      "expected a network, found a transformer",
    );
  });

  test("when the layers do not fit together or the image", async () => {
    const network = (layers: string) =>
      `import { conv, dense, globalPool, network, norm, pool, residual } from "strop/design"; export const model = network([${layers}]);`;
    expect(await refused(network("dense(4), conv(8)"), { setting: digits })).toMatch(
      /layer 2: expected dense layers only after dense/,
    );
    expect(await refused(network("pool(8), pool(4)"), { setting: digits })).toMatch(/layer 2: .* at least 4 × 4/);
    expect(await refused(network("conv(8, 2)"), { setting: digits })).toMatch(/kernel/);
    expect(await refused(network("residual([dense(8)])"), { setting: digits })).toMatch(
      /layer 1: expected a residual that keeps the size 1 × 28 × 28, found 8/,
    );
    expect(await refused(network("residual([residual([norm()])])"), { setting: digits })).toMatch(/layers\.0/);
    expect(await refused(network("residual([globalPool(), pool()])"), { setting: digits })).toMatch(
      /within the residual, layer 2/,
    );
  });
});

describe("a monster is refused before anything is built", () => {
  const sized = (changes: string, train = "") =>
    `${HEAD}export const model = { ...${MODEL}, ${changes} }; ${train && `export const train = () => (${train});`}`;

  test.each([
    ["parameters", sized("feedForward: 900000"), /expected at most 64000000 parameters, found \d{9}/],
    ["layers", sized("encoderLayers: 900"), /expected at most 64 layers, found 901/],
    ["memory", sized("feedForward: 4096", "{ batch: 4096 }"), /bytes of memory/],
  ])("for its %s", async (_, source, reason) => {
    expect(await refused(source)).toMatch(reason);
  });

  test("for its memory at as many images a step as it will get, whether it says so or not", async () => {
    const many = `${Array(60).fill("norm()").join(", ")}, globalPool()`;
    const source = `import { conv, globalPool, network, norm } from "strop/design"; export const model = network([conv(64, 1), ${many}]);`;
    const reason = "expected at most 4294967296 bytes of memory, found 4701482656";
    expect(await refused(source, { setting: digits })).toBe(reason);
    expect(await refused(`${source} export const train = () => ({ batch: 32 });`, { setting: digits })).toBe(reason);
    expect(await refused(`${source} export const train = () => ({ batch: 16 });`, { setting: digits })).toMatch(
      /^accepted/,
    );
  });

  test("for its steps and its work, where these are limited", async () => {
    const tiny = sized("heads: 2", "{ batch: 1 }");
    expect(await refused(tiny, { limits: { steps: 1024 } })).toMatch(/^accepted/);
    expect(await refused(tiny, { limits: { steps: 1023 } })).toMatch(
      /expected at most 1023 training steps, found 1024/,
    );
    expect(await refused(tiny, { limits: { workPerSample: 1000 } })).toMatch(/multiplications per sample/);
  });

  test("whatever numbers it is made of", async () => {
    expect(await refused(sized("feedForward: 1e308"))).toMatch(/feedForward/);
    expect(await refused(sized("feedForward: Infinity"))).toMatch(/feedForward/);
    expect(await refused(sized("encoderLayers: 1000, heads: 1000, feedForward: 1000000"))).toMatch(/expected at most/);
  });
});

describe("a source cannot leave the sandbox", () => {
  test.each([
    [
      "files",
      `import { readFileSync } from "node:fs"; export const model = readFileSync("/etc/passwd");`,
      /cannot import/,
    ],
    ["files of strop", `import "../../package.json"; export const model = 1;`, /cannot import/],
    [
      "the network room",
      `import { nativeBackend } from "strop/nn"; export const model = nativeBackend;`,
      /cannot import/,
    ],
    ["Deno", `export const model = (globalThis as any).Deno.readTextFileSync("/etc/passwd");`, /undefined/],
    ["processes", `export const model = (globalThis as any).process.env;`, /undefined/],
    ["workers", `export const model = new (globalThis as any).Worker("data:text/javascript,0");`, /Worker/],
    ["a late import", `export const model = await import("node:" + "fs");`, /./],
  ])("for %s", async (_, source, reason) => {
    expect(await refused(source)).toMatch(reason);
  });

  test("for the network, which works outside", async () => {
    let calls = 0;
    const server = createServer((_, response) => {
      calls++;
      response.end("{}");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await fetch(url); // The positive control.
    const reason = await refused(`export const model = await (await fetch("${url}")).json();`);
    server.close();
    expect(calls).toBe(1);
    expect(reason).not.toMatch(/^accepted/);
  });

  test("to write a file, which works outside", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strop-source-"));
    const path = JSON.stringify(join(folder, "x"));
    const body = (api: string) => `const api = ${api}; api.writeFileSync(${path}, "x");`;
    await import(`data:text/javascript,${encodeURIComponent(body('(await import("node:fs"))'))}`);
    expect(await readdir(folder)).toEqual(["x"]); // The positive control.
    await rm(join(folder, "x"));
    const reason = await refused(`${body('(await import("node:" + "fs"))')} ${HEAD} export const model = ${MODEL};`);
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    expect(reason).not.toMatch(/^accepted/);
  });

  test("to touch what the next source sees", async () => {
    await refused("Object.prototype.kind = 'network'; Array.prototype.map = () => []; export const model = 1;");
    expect(await refused(`${HEAD}export const model = ${MODEL};`)).toMatch(/^accepted {"model":{"/);
  });

  test("by an answer that is dressed up", async () => {
    const toJSON = `${HEAD}export const model = { toJSON: () => ({ ...${MODEL}, feedForward: 9e9 }) };`;
    expect(await refused(toJSON)).toMatch(/feedForward/);
    const polluted = `export const model = JSON.parse('{"__proto__": {"kind": "transformer"}, "heads": 1}');`;
    expect(await refused(polluted)).toMatch(/__proto__/);
  });
});

test("aborting rejects with the signal's reason", async () => {
  const controller = new AbortController();
  const running = run("for (;;);", { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 200);
  await expect(running).rejects.toThrow("enough");
  await expect(run("", { signal: controller.signal, sandbox, setting: text })).rejects.toThrow("enough");
});
