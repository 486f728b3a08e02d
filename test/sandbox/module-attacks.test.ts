/**
 * What a hostile module may try. The numbers are those of the list of attacks in docs/sandbox.md. Each probe prints
 * TRIED, so that a test whose probe never ran fails, and each group starts with the probe succeeding where it may.
 */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, it } from "vitest";

import { denoCommand } from "../../src/sandbox/deno/deno-command.ts";
import { findDeno } from "../../src/sandbox/find-program.ts";
import { LIMITS, MEGABYTE, moduleTiers, runSource, sandboxOf, temporaryFolder } from "./helpers.ts";

const folder = temporaryFolder();
const SECRET = "correct horse battery staple";
const textFile = join(folder, "secret.txt");
const jsonFile = join(folder, "secret.json");
writeFileSync(textFile, SECRET);
writeFileSync(jsonFile, JSON.stringify({ secret: SECRET }));
const [textUrl, jsonUrl] = [pathToFileURL(textFile).href, pathToFileURL(jsonFile).href];

/** `read(how)` collects what comes back; the secret must not be in it. */
const probe = (body: string): string => `
  const seen = [];
  const attempt = async (name, work) => { try { seen.push(name + ": " + String(await work())); } catch (error) { seen.push(name + " refused: " + String(error?.message ?? error)); } };
  export default async (host) => { ${body}; seen.push("TRIED"); return seen.join("\\n"); }`;

const confidentiality: [number, string, string][] = [
  [
    1,
    "imports a text file dynamically",
    `await attempt("text", async () => (await import("${textUrl}", { with: { type: "text" } })).default)`,
  ],
  [
    2,
    "imports a JSON file dynamically",
    `await attempt("json", async () => JSON.stringify((await import("${jsonUrl}", { with: { type: "json" } })).default))`,
  ],
  [
    3,
    "imports a file that is no program, for the parser's message",
    `await attempt("parse", () => import("${textUrl}"))`,
  ],
  [
    4,
    "nests imports in data: and blob: modules",
    `
    const inner = 'import s from "${textUrl}" with { type: "text" }; export default s;';
    await attempt("data", async () => (await import("data:text/javascript," + encodeURIComponent(inner))).default);
    await attempt("blob", async () => (await import(URL.createObjectURL(new Blob([inner], { type: "text/javascript" })))).default)`,
  ],
  [
    4,
    "starts a Worker that imports a file",
    `await attempt("worker", () => new Worker("data:text/javascript," + encodeURIComponent('import("${textUrl}")'), { type: "module" }))`,
  ],
  [
    5,
    "imports out of eval and new Function",
    `
    await attempt("eval", async () => (await (0, eval)('import("${textUrl}", { with: { type: "text" } })')).default);
    await attempt("function", async () => (await new Function('return import("${textUrl}", { with: { type: "text" } })')()).default)`,
  ],
  [
    6,
    "asks Deno for files and the environment",
    `
    await attempt("deno", () => Deno.readTextFileSync("${textFile}")); await attempt("env", () => Deno.env.get("PATH"));
    await attempt("process", () => process.env.PATH); await attempt("environ", () => Deno.readTextFileSync("/proc/self/environ"))`,
  ],
  [6, "fetches a file: URL", `await attempt("fetch", async () => (await fetch("${textUrl}")).text())`],
  [
    6,
    "reaches for Node's modules",
    `
    for (const name of ["fs", "fs/promises", "child_process", "os", "vm", "module", "worker_threads", "inspector"])
      await attempt(name, async () => { const m = await import("node:" + name); return (m.readFileSync ?? m.execSync ?? m.createRequire ?? (() => "nothing"))("${textFile}", "utf8"); })`,
  ],
  [
    36,
    "attaches a database outside",
    `await attempt("sqlite", async () => new (await import("node:sqlite")).DatabaseSync("${folder}/new.db"))`,
  ],
  [
    37,
    "opens / with WASI",
    `await attempt("wasi", async () => new (await import("node:wasi")).WASI({ version: "preview1", preopens: { "/": "/" } }))`,
  ],
  [38, "loads a shared library", `await attempt("dlopen", () => Deno.dlopen("libc.so.6", {}))`],
];

describe.each(moduleTiers)("a hostile module in tier %s", (tier) => {
  it.each(confidentiality)("attack %i: learns nothing when it %s", async (_, _name, body) => {
    const { value, reason } = await runSource(await sandboxOf(tier), probe(body));
    expect(reason).toBe("");
    expect(value).toMatch(/refused: [^]*TRIED/);
    expect(value).not.toContain(SECRET);
    expect(value).not.toContain("PATH: /");
  });

  it("attack 1: learns nothing from static imports of files", async () => {
    for (const url of [textUrl, jsonUrl]) {
      for (const type of ["text", "json", "bytes"]) {
        const source = `import stolen from "${url}" with { type: "${type}" }; export default () => stolen;`;
        const result = await runSource(await sandboxOf(tier), source);
        expect(result).toMatchObject({ exitCode: 1, value: undefined });
        expect(result.outputTail).not.toContain(SECRET);
      }
    }
  });

  it("attack 12: finds nothing that an earlier program stored", async () => {
    const body = `
      await attempt("local", () => { localStorage.setItem("x", "left behind"); return localStorage.getItem("x"); });
      await attempt("caches", async () => { const cache = await caches.open("c"); await cache.put("http://x/", new Response("left behind")); return "stored"; });
      await attempt("iterator", async () => String(Object.getOwnPropertyNames(globalThis).filter((name) => /storage|caches/i.test(name) && globalThis[name] !== undefined && typeof globalThis[name] !== "function")))`;
    const { value } = await runSource(await sandboxOf(tier), probe(body));
    expect(value).toMatch(/local refused[^]*caches refused[^]*iterator: \nTRIED/);
  });

  it("attack 13: sees neither the text nor the stack of a host function", async () => {
    const functions = {
      utility: () => {
        throw Object.assign(new Error("no"), { secret: SECRET, cause: SECRET });
      },
    };
    const body = `await attempt("text", () => host.call.toString()); await attempt("error", () => host.call("utility").catch((e) => JSON.stringify(e, Object.getOwnPropertyNames(e)))); await attempt("other", () => Object.keys(host)); await attempt("x", () => { throw 1 })`;
    const { value } = await runSource(await sandboxOf(tier), probe(body), { functions });
    expect(value).toContain("TRIED");
    expect(value).not.toContain(SECRET);
    expect(value).not.toContain("module-attacks.test");
  });

  it("attack 20: reaches no network, not even this machine's", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.end("HTTP/1.0 200 OK\r\n\r\nhello");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("hello");
    const body = `
      await attempt("fetch", async () => (await fetch("http://127.0.0.1:${port}/")).text());
      await attempt("socket", () => new Promise((resolve, reject) => { const s = new WebSocket("ws://127.0.0.1:${port}/"); s.onopen = () => resolve("open"); s.onerror = () => reject(new Error("denied")); }));
      await attempt("net", async () => (await import("node:net")).connect(${port}, "127.0.0.1"));
      await attempt("dns", async () => (await import("node:dns/promises")).lookup("example.com"));
      await attempt("import", () => import("http://127.0.0.1:${port}/x.js"));
      await attempt("jsr", () => import("https://jsr.io/@std/assert/1.0.0/mod.ts"));
      await attempt("npm", () => import("npm:chalk"))`;
    const { value } = await runSource(await sandboxOf(tier), probe(body));
    server.close();
    expect(connections).toBe(1);
    expect(String(value).match(/refused/g)).toHaveLength(7);
  });

  it("attack 31: ends no process", async () => {
    const body = `await attempt("deno", () => Deno.kill(${process.pid}, "SIGKILL")); await attempt("process", () => process.kill(${process.pid})); await attempt("node", async () => (await import("node:process")).default.kill(${process.pid}, 9))`;
    const { value } = await runSource(await sandboxOf(tier), probe(body));
    expect(String(value).match(/refused/g)).toHaveLength(3);
  });

  it.each([
    ["an endless loop", "for (;;);"],
    ["an endless await", "for (;;) await 0;"],
    ["a catastrophic expression", `/^(a+)+$/.test("a".repeat(50) + "b");`],
    ["growing integers", "let q = 3n; for (;;) q *= q;"],
    ["a comparator that never returns", "[1, 2].sort(() => { for (;;); });"],
    ["Atomics.wait", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);"],
    ["a promise that never settles", "await new Promise(() => {});"],
    ["a thenable that never settles", "return { then() { for (;;); } };"],
    ["a toJSON that never returns", "return { toJSON() { for (;;); } };"],
  ])("attacks 42 and 58: is ended in time despite %s", async (_, body) => {
    const limits = { ...LIMITS, wallSeconds: 0.5, memoryBytes: 2048 * MEGABYTE };
    const result = await runSource(await sandboxOf(tier), `export default async () => { ${body} }`, { limits });
    expect(result).toMatchObject({ exitCode: result.exitCode, value: undefined });
    expect(result.killed ?? result.reason).toMatch(/^wall$|RangeError/);
  });

  it.each([
    ["arrays", "const a = []; for (;;) a.push(new Array(1000).fill({}));"],
    [
      "strings",
      "const all = []; for (let s = 'ab'; ; ) { s = s + s; if (s.length > 1e8) s = 'ab' + all.length; all.push([...s.slice(0, 1e5)]); }",
    ],
    ["buffers", "const a = []; for (;;) a.push(new Uint8Array(1048576).fill(1));"],
    [
      "WebAssembly memory",
      "const m = new WebAssembly.Memory({ initial: 1 }); for (;;) { m.grow(16); new Uint8Array(m.buffer).fill(1); }",
    ],
    ["one huge array", "const a = new Uint8Array(4e9); for (let i = 0; i < a.length; i += 4096) a[i] = 1;"],
  ])("attack 43: is ended when it fills memory with %s", async (_, body) => {
    const limits = { ...LIMITS, memoryBytes: 256 * MEGABYTE };
    const result = await runSource(await sandboxOf(tier), `export default async () => { ${body} }`, { limits });
    expect(result.value).toBe(undefined);
    expect(result.killed ?? result.reason).toMatch(/^memory$|RangeError|before the module returned/);
    expect(result.peakMemoryBytes).toBeLessThan(900 * MEGABYTE);
  });

  it("attack 45: cannot start threads", async () => {
    const body = `await attempt("worker", () => new Worker("data:text/javascript,")); await attempt("threads", async () => new (await import("node:worker_threads")).Worker("1", { eval: true }))`;
    expect((await runSource(await sandboxOf(tier), probe(body))).value).toMatch(
      /worker refused[^]*threads refused[^]*TRIED/,
    );
  });

  it.each([
    ["in many pieces", "for (;;) console.log('y');"],
    ["in one line", "console.log('x'.repeat(64e6));"],
  ])("attack 51: is ended when it floods the output %s", async (_, body) => {
    let delivered = 0;
    const limits = { ...LIMITS, outputBytes: 100_000 };
    const result = await runSource(await sandboxOf(tier), `export default () => { ${body} }`, {
      limits,
      onOutput: (text) => {
        delivered += text.length;
      },
    });
    expect(result.killed).toMatch(/^(output|protocol)$/);
    expect(delivered).toBeLessThanOrEqual(100_000);
  });
});

const deno = findDeno();

describe.skipIf(deno === undefined)("Deno's own refusal, without the loader", () => {
  const run = (program: string): string => {
    const flags = denoCommand(deno ?? "", "", 512 * MEGABYTE).slice(1, -1);
    const main = `data:text/javascript,${encodeURIComponent(program)}`;
    const { stdout, stderr } = spawnSync(deno ?? "", [...flags, main], {
      env: { DENO_DIR: "/dev/null/deno" },
      encoding: "utf8",
    });
    return stdout + stderr;
  };

  it("lets a harmless program run, and reads the secret when it has the right to", () => {
    expect(run("console.log(6 * 7)")).toBe("42\n");
    const allowed = spawnSync(deno ?? "", ["eval", "--no-lock", `console.log(Deno.readTextFileSync("${textFile}"))`], {
      env: { DENO_DIR: "/dev/null/deno" },
      encoding: "utf8",
    });
    expect(allowed.stdout).toContain(SECRET);
  });

  it.each([
    ["reading", `Deno.readTextFileSync("${textFile}")`],
    ["reading by Node's module", `(await import("node:fs")).readFileSync("${textFile}", "utf8")`],
    ["writing", `Deno.writeTextFileSync("${folder}/x", "")`],
    ["the environment", `Deno.env.toObject()`],
    ["running programs", `new Deno.Command("/bin/true").outputSync()`],
    ["signals", `Deno.kill(${process.pid}, "SIGKILL")`],
    ["libraries", `Deno.dlopen("libc.so.6", {})`],
    ["networks", `Deno.listen({ port: 0 })`],
    ["the machine's name", "Deno.hostname()"],
    ["databases", `new (await import("node:sqlite")).DatabaseSync("${folder}/x.db")`],
  ])("covers %s", (_, expression) => {
    expect(run(`console.log(${expression})`)).toMatch(/NotCapable|Requires|not granted|denied/i);
    expect(readFileSync(textFile, "utf8")).toBe(SECRET);
  });
});
