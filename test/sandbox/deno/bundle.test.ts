import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, it } from "vitest";

import { bundleModule, readAssets } from "../../../src/sandbox/deno/bundle.ts";
import { nestingObstacle } from "../../../src/sandbox/deno/nesting.ts";
import { childrenOf } from "../../../src/sandbox/processes/process-tree.ts";
import { temporaryFolder } from "../helpers.ts";

const folder = temporaryFolder();
const secret = join(folder, "secret.ts");
writeFileSync(secret, `export default "correct horse";`);
writeFileSync(join(folder, "tsconfig.json"), `{ "compilerOptions": { "jsx": "nonsense" } }`);

/** Evaluates a bundle on this side; the sources here are our own. */
const load = async (source: string): Promise<unknown> =>
  ((await import(`data:text/javascript,${encodeURIComponent(source)}`)) as { default: unknown }).default;

describe("bundleModule", () => {
  it("joins TypeScript, JavaScript and JSON from memory into one module without imports", async () => {
    const files = {
      "src/main.ts": `import { a } from "./lib/a"; import b from "../b.js"; import c from "./c.json" with { type: "json" }; import { d } from "./d"; import { e } from "./e.js";
        export default a + b + (c as { value: number }).value + d + e;`,
      "src/lib/a.ts": "export const a: number = 1;",
      "b.js": "export default 10;",
      "src/c.json": `{"value":100}`,
      "src/d/index.ts": "export enum D { x = 1000 } export const d = D.x;",
      "src/e.ts": "export const e = 10_000;",
    };
    const { source, assets } = await bundleModule({ entry: "src/main.ts", files });
    expect(await load(source)).toBe(11_111);
    expect(source).not.toMatch(/^\s*import\b/m);
    expect(assets).toEqual([]);
  });

  it("bundles a trusted package with all it imports from the disk, and only that", async () => {
    writeFileSync(
      join(folder, "package.ts"),
      `import other from "./secret.ts"; import { sep } from "node:path"; export const own = other.length; export const later = () => sep;`,
    );
    const packages = { "some/package": join(folder, "package.ts") };
    const { source } = await bundleModule({
      entry: "a.ts",
      files: { "a.ts": `import { own } from "some/package"; export default own;` },
      packages,
    });
    expect(await load(source)).toBe(13);
    const other = bundleModule({ entry: "a.ts", files: { "a.ts": `import "some/package/secret.ts"` }, packages });
    await expect(other).rejects.toThrow('cannot import "some/package/secret.ts"');
  });

  it.each([
    secret,
    pathToFileURL(secret).href,
    `..${secret}`,
    `./../../../../../..${secret}`,
    "../secret.ts",
    "node:fs",
    "fs",
    "esbuild",
    "npm:left-pad",
    "https://deno.land/std/version.ts",
    "data:text/javascript,1",
    "blob:x",
    "strop",
    "strop/nn/../sandbox",
    "./absent.ts",
    "./style.css",
    "./image.png",
    "./a.ts?x",
    "./.",
    "constructor",
    "__proto__",
    "\0",
    "#internal",
    "candidate:a.ts",
  ])("refuses to import %j and names it", async (specifier) => {
    for (const statement of [
      `import x from ${JSON.stringify(specifier)}; export default x`,
      `export default import(${JSON.stringify(specifier)})`,
      `export default require(${JSON.stringify(specifier)})`,
    ]) {
      const bundle = bundleModule({
        entry: "a.ts",
        files: { "a.ts": statement, "style.css": "a{}", "image.png": "x", "node_modules/left-pad/index.js": "" },
      });
      await expect(bundle).rejects.toMatchObject({
        code: "bundle.failed",
        message: expect.stringMatching(/^a\.ts:1: cannot import "/),
      });
    }
  });

  it.each([
    [
      `import x from "./b.json" with { type: "text" }; export default x`,
      /import attribute type: text is not supported/,
    ],
    [`import x from "./b.json" with { type: "bytes" }; export default x`, /import attribute type: bytes/],
    ["export default (", /a\.ts:1: Unexpected end of file/],
    ["const a = 1; const a = 2;", /has already been declared/],
  ])("refuses %s", async (text, message) => {
    await expect(
      bundleModule({ entry: "a.ts", files: { "a.ts": text, "b.json": "{}", "b1.json": "{}" } }),
    ).rejects.toThrow(message);
  });

  it("matches no pattern against the disk", async () => {
    for (const pattern of [`.${folder}/secr\${x}.ts`, `..${folder}/secr\${x}.ts`, "./b${x}.json"]) {
      const text = `const x = "et"; export default () => import(\`${pattern}\`)`;
      const source = await bundleModule({ entry: "a.ts", files: { "a.ts": text } }).then(
        (bundle) => bundle.source,
        (error: Error) => error.message,
      );
      expect(source).toMatch(/Could not resolve|__glob\(\{\}\)/);
    }
  });

  it("leaves an import that is only known at run time to the sandbox, which refuses it", async () => {
    const { source } = await bundleModule({
      entry: "a.ts",
      files: { "a.ts": `const where = "${secret}"; export default () => import(where + "")` },
    });
    expect(source).not.toContain("correct horse");
  });

  it("reads no source map, configuration or reference that a text names", async () => {
    const text = `/// <reference path="${secret}" />\n// @jsxImportSource ${folder}\nexport default 1;\n//# sourceMappingURL=${secret}`;
    const { source } = await bundleModule({
      entry: "a.ts",
      files: { "a.ts": text, "tsconfig.json": `{"extends":"${secret}"}` },
    });
    expect(source).not.toContain("correct horse");
    expect(await load(source)).toBe(1);
  });

  it("puts our own text around a program, which no file can import", async () => {
    const around = `export default () => program.default + 1`;
    const files = {
      "train.ts": `import { a } from "./lib/a"; export default a`,
      "lib/a.ts": "export const a: number = 41",
    };
    const { source } = await bundleModule({ entry: "train.ts", around, files });
    const module = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as { default: () => number };
    expect(module.default()).toBe(42);
    const refused = (text: string) => bundleModule({ entry: "train.ts", around, files: { "train.ts": text } });
    await expect(refused(`import "../.strop/around.js"`)).rejects.toThrow("train.ts:1: cannot import");
    await expect(refused(`import "./.strop/around.js"`)).rejects.toThrow("there is no such file");
    await expect(refused(`import "/etc/passwd"`)).rejects.toThrow("only the program's own files");
  });

  it.each([
    ["a function", `const a: number = 1; export default () => a + 1`],
    [
      "a class, an enum, a namespace",
      `enum E { a = 1 } namespace n { export const b = 1 } export default class { static v = E.a + n.b }`,
    ],
    ["other exports", `export const own = 1; export let other = 2; export default () => own + other; other = 3`],
    ["names that ours has too", `const [main, pick, program] = [1, 2, 3]; export default main + pick + program`],
    ["an await outside of functions", `const a = await Promise.resolve(41); export default a + 1`],
    ["words that only look like imports", `const text = "import from"; /* require */ export default text.length`],
    ["no default", `export const own = 1;`],
    ["a list of exports", `const a = 1; export { a as default };`],
    ["strictness", `export default (() => this === undefined && (function () { return this === undefined })())()`],
  ])("means the same to our text whether or not the bundler was asked about files: %s", async (_, text) => {
    const around = `const value = program.default; const kind = typeof value;
      export default [kind, kind === "function" ? value.v ?? value() : value, Object.keys(program).sort()];`;
    const alone = await bundleModule({ entry: "train.ts", around, files: { "train.ts": text } });
    // An import takes the long way.
    const long = { "train.ts": `import "./empty.ts"; ${text}`, "empty.ts": "" };
    expect(await load(alone.source)).toEqual(
      await load((await bundleModule({ entry: "train.ts", around, files: long })).source),
    );
  });

  it("names file and line of a mistake in a program that imports nothing", async () => {
    const files = { "train.ts": `export default () => 1;\nconst a = ;` };
    await expect(bundleModule({ entry: "train.ts", around: "export default program.default", files })).rejects.toThrow(
      "train.ts:2:",
    );
  });

  it("says which entry is missing", async () => {
    await expect(bundleModule({ entry: "b.ts", files: {} })).rejects.toThrow(
      'cannot import "b.ts": there is no such file',
    );
  });

  it("refuses texts that would overflow a parser, and no long list of numbers", async () => {
    for (const text of [
      "(".repeat(5000),
      `export default ${"[".repeat(5000)}`,
      "!".repeat(20_000),
      "a=>".repeat(20_000),
    ]) {
      await expect(bundleModule({ entry: "a.ts", files: { "a.ts": text } })).rejects.toThrow(
        /expected (brackets|at most)/,
      );
    }
    expect(nestingObstacle(`export const data = [${"-1.5,".repeat(50_000)}];`)).toBe(undefined);
  });

  it("refuses no program for the length or the brackets of files that it does not import", async () => {
    const beside = { "data/a.json": `"${"x".repeat(5_000_000)}"`, "data/tweets.json": `"${":( ".repeat(5000)}"` };
    const around = "export default program.default";
    for (const text of ["export default 7", 'import "./b.ts"; export default 7']) {
      const { source } = await bundleModule({ entry: "a.ts", around, files: { ...beside, "a.ts": text, "b.ts": "" } });
      expect(await load(source)).toBe(7);
    }
    const imports = (name: string) =>
      bundleModule({ entry: "a.ts", files: { ...beside, "a.ts": `export { default } from "./data/${name}.json"` } });
    await expect(imports("a")).rejects.toThrow("expected at most 4194304 characters of source");
    await expect(imports("tweets")).rejects.toThrow("data/tweets.json: expected brackets at most 1000 deep");
  });

  it.skipIf(process.platform !== "linux")("goes on after its process was brought down", async () => {
    const text = (n: number) => bundleModule({ entry: "a.ts", files: { "a.ts": `export default ${n}` } });
    await text(1);
    const services = childrenOf(process.pid).filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--service="),
    );
    expect(services).toHaveLength(1);
    for (const pid of services) process.kill(pid, "SIGKILL");
    const bundles = await Promise.all([text(2), text(3), text(4)]);
    expect(bundles.map(({ source }) => /= (\d)/.exec(source)?.[1])).toEqual(["2", "3", "4"]);
    expect((await text(5)).source).toContain("5");
  });

  it("gives equal requests the same bundle, and the engine's bytes by name alone", async () => {
    const request = { entry: "a.ts", files: { "a.ts": "export default 5" } };
    expect(await bundleModule(request)).toBe(await bundleModule({ ...request, files: { ...request.files } }));
    const assets = await readAssets(["ort-wasm-simd-threaded.wasm"]);
    expect(assets["ort-wasm-simd-threaded.wasm"]?.length).toBeGreaterThan(1e6);
    await expect(readAssets(["../package.json"])).rejects.toMatchObject({ code: "bundle.no-asset" });
  });
});
