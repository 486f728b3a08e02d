import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { findLiterals, type LiteralSite, writeLiteral } from "../../src/syntax/literals.ts";

const sitesOf = async (path: string, text: string): Promise<readonly LiteralSite[]> =>
  (await findLiterals(path, text)).sites;
const keysOf = async (path: string, text: string) =>
  (await sitesOf(path, text)).map(({ key, text: literal }) => `${key.slice(path.length + 1)} ${literal}`);

/** What is at the ends of a value's branches, in order. */
const leavesOf = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [value];

/** One program per language, each with a rate bound to `lr` in its own way and a negative number. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "a.ts": "const options = { lr: 3e-4 };\nfunction f(low = -2) {}\n",
  "a.js": "class A { lr = 0.1; static low = -2 }\n",
  "a.tsx": "const view = <A lr={0.1} />; const lr = 3e-4, low = -2;\n",
  "a.py": "opt = Adam(lr=1e-3)\nlow: int = -2\n",
  "a.rs": "const LR: f32 = 1e-3f32; fn main() { let o = O { lr: 0.1, low: -2 }; }\n",
  "a.go": "package a\n\nfunc f() { lr, low := 0.1, -2; _ = lr }\n",
  "A.java": "class A { static final double LR = 1e-3; int low = -2; }\n",
  "a.cpp": "#define LR 0.1f\nconst double lr = 1'000.0; int low = -2;\n",
  "a.c": "float lr = 0.1f;\nint low = -2;\n",
  "a.cs": "class A { const double LR = 1e-3; int low = -2; }\n",
  "a.rb": "train(lr: 0.1)\nlow = -2\n",
  "a.php": "<?php $lr = 0.1; $low = -2;\n",
  "a.sh": "LR=0.1\npython train.py --lr 0.3 --low -2\n",
  "a.yaml": "train:\n  lr: 0.1 # a rate\n  low: -2\n",
  "a.json": '{ "train": { "lr": 0.1, "low": -2 } }\n',
  "a.toml": "[train]\nlr = 0.1 # a rate\nlow = -2\n",
  "a.ini": "[train]\nlr = 0.1\nlow = -2\n",
};

describe("findLiterals", () => {
  it.each(Object.entries(PROGRAMS))(
    "finds the rate and the negative number of %s under their names",
    async (path, text) => {
      const sites = await sitesOf(path, text);
      expect(sites.some(({ name, value }) => /^\$?lr$/i.test(name) && Number(value) > 0)).toBe(true);
      if (path !== "a.sh")
        expect(sites.some(({ name, value }) => /^\$?(?:low|lr)$/.test(name) && value === -2)).toBe(true);
    },
  );

  it("names a literal by what is around it", async () => {
    const text =
      "const config = { adam: { betas: [0.9, 0.95], on: true } };\nfunction f(scale = 0.5) { return scale * 0.25; }\nf(0.75); g(1, 2);\n";
    expect(await keysOf("a.ts", text)).toEqual([
      "config.adam.betas:number#0 0.9",
      "config.adam.betas:number#1 0.95",
      "config.adam.on:boolean#0 true",
      "f.scale:number#0 0.5",
      "f:number#0 0.25",
      "f.scale:number#1 0.75",
      "g.g[0]:number#0 1",
      "g.g[1]:number#0 2",
    ]);
  });

  it("reads the scalars of YAML, and no others", async () => {
    const text = `# of a project
model: &model
  "hidden": 64     # width
  on: True
  betas: [0.9, 0.999]
  act: "relu"
  note: |
    lr: 7
  name: relu 2
optim:
- lr: 1e-3
  steps: 10_000
-   lr: 0.5
sizes:
- 3
- 4
ratio: 1.5x
flow: { a: 1 }
url: http://a.b:80
`;
    const read = (source: string) => keysOf("a.yaml", source);
    const expected = [
      "model.hidden:number#0 64",
      "model.on:boolean#0 True",
      "model.betas:number#0 0.9",
      "model.betas:number#1 0.999",
      'model.act:string#0 "relu"',
      "optim.lr:number#0 1e-3",
      "optim.steps:number#0 10_000",
      "optim.lr:number#1 0.5",
      "sizes:number#0 3",
      "sizes:number#1 4",
    ];
    expect(await read(text)).toEqual(expected);
    expect(await read(text.replaceAll("\n", "\r\n"))).toEqual(expected);
  });

  it.each([
    ["a text in quotes over several lines", "a: 'x\n  b: 1\n  y'\nc: 2\n", ["c:number#0 2"]],
    ["a text without quotes over several lines", "a: 1\n\n  2\n  # of it\nc: 2\n", ["c:number#0 2"]],
    ["a text whose mark has a line of its own", "a:\n  |\n  b: 1\nc: 2\n", ["c:number#0 2"]],
    ["a text with a tag", "a: !!str |\n  b: 1\nc: 2\n", ["c:number#0 2"]],
    ["a text in an item", "- a: |\n    b: 1\n  c: 2\n- >\n  d: 3\n- 4\n", ["c:number#0 2", ":number#0 4"]],
    ["what only looks like a comment", "a: 1# no\nc: 2 # yes\n", ["c:number#0 2"]],
    ["a list with a comma in quotes", "a: ['x, 1, y', 2]\n", ["a:string#0 'x, 1, y'", "a:number#0 2"]],
    ["a list with a quote in quotes, or with lists", "a: [1, 'it''s, 5', 2]\nb: [[1, 2, 3], [4]]\n", []],
    ["a list of several lines", "a: [\n  1,\n  2\n]\nc: 2\n", ["c:number#0 2"]],
    ["a text under a key that is not read", "a b: {k: 'x\n\n    y: 3\n\n    '}\nc: 2\n", ["c:number#0 2"]],
    ["what is under a key that is not read", "a b:\n  d: 1\nc: 2\n", ["d:number#0 1", "c:number#0 2"]],
    ["a text in a mapping of several lines", "{a: 'x\n\n    y: 3\n\n    ',\n  c: 2}\n", []],
    ["a comment at the start of a line", "a:\n# of it\n  b: 1\n", ["a.b:number#0 1"]],
    ["words like values", "a: tRue\nb: 1'000\nc: yes\n", []],
  ])("misreads no YAML: %s", async (_what, text, expected) => {
    expect(await keysOf("a.yaml", text)).toEqual(expected);
  });

  it("writes numbers into YAML that readers of YAML 1.1 take for numbers, too", async () => {
    const written = async (literal: string, value: number, path = "a.yaml") => {
      const [site] = await sitesOf(path, path === "a.yaml" ? `lr: ${literal}\n` : `lr = ${literal}\n`);
      return writeLiteral(site as LiteralSite, value);
    };
    expect(await written("1.0e-3", 7e-4)).toBe("7.0e-4");
    expect(await written("3e-4", 0.00012)).toBe("1.2e-4");
    expect(await written("1.0e-3", -20)).toBe("-2.0e+1");
    expect(await written("0.001", 2e-14)).toBe("2.0e-14");
    expect(await written("0.001", 0.002)).toBe("0.002");
    expect(await written("1.0e-3", 7e-4, "a.toml")).toBe("7e-4");
  });

  it("finds places in JSON that hold just the value that a reader of JSON sees there", async () => {
    await fc.assert(
      fc.asyncProperty(fc.json({ maxDepth: 4 }), fc.constantFrom(0, 2), fc.nat(), async (json, indent, pick) => {
        const before = JSON.stringify({ top: JSON.parse(json) as unknown }, null, indent);
        const sites = await sitesOf("a.json", before);
        const site = sites[pick % sites.length];
        if (site === undefined) return;
        const value = typeof site.value === "number" ? 12_345 : typeof site.value === "boolean" ? !site.value : "other";
        const after = before.slice(0, site.start) + writeLiteral(site, value) + before.slice(site.end);
        const changed = leavesOf(JSON.parse(before)).flatMap((leaf, i) => {
          const now = leavesOf(JSON.parse(after))[i];
          return Object.is(leaf, now) ? [] : [[leaf, now]];
        });
        expect(changed).toEqual(Object.is(site.value, value) ? [] : [[site.value, value]]);
      }),
    );
  });

  it("reads the scalars of JSON, with comments, and none of what is no JSON", async () => {
    const text = `{ // of a project
  "model": { "hidden": 64, "on": true, "betas": [0.9, 0.999,], "note": "lr: 7", "path": "a\\\\b" },
  /* "lr": 3 */ "layers": [{ "width": 1e2 }, { "width": -8, "none": null }]
}
`;
    const read = (source: string) => keysOf("a.json", source);
    expect(await read(text)).toEqual([
      "model.hidden:number#0 64",
      "model.on:boolean#0 true",
      "model.betas:number#0 0.9",
      "model.betas:number#1 0.999",
      'model.note:string#0 "lr: 7"',
      "layers.width:number#0 1e2",
      "layers.width:number#1 -8",
    ]);
    expect(await read("[1, 2")).toEqual([]);
    expect(await read("{ 'a': 1 }")).toEqual([]);
    expect(await read(`${"[".repeat(20_000)}1${"]".repeat(20_000)}`)).toEqual([]);
  });

  it("reads the scalars of TOML, and no others", async () => {
    const text = `lr = 0.1 # a rate
[tool."a b".train]
steps = 10_000
betas = [0.9, 0.999]
adam.eps = 1e-8
act = 'relu'
day = 1979-05-27
note = """
lr = 7
"""
flow = { a = 1 }
sizes = [
  3,
]
[[stage]]
width = 8
`;
    const read = (source: string) => keysOf("a.toml", source);
    const expected = [
      "lr:number#0 0.1",
      "tool.a b.train.steps:number#0 10_000",
      "tool.a b.train.betas:number#0 0.9",
      "tool.a b.train.betas:number#1 0.999",
      "tool.a b.train.adam.eps:number#0 1e-8",
      "tool.a b.train.act:string#0 'relu'",
      "stage.width:number#0 8",
    ];
    expect(await read(text)).toEqual(expected);
    expect(await read(text.replaceAll("\n", "\r\n"))).toEqual(expected);
  });

  it("reads a table of 30,000 numbers, each of which has all others for siblings", async () => {
    const { sites } = await findLiterals("a.ts", `const rate = 1;\nconst table = [\n${"7,\n".repeat(30_000)}];\n`);
    expect(sites).toHaveLength(30_001);
    expect(sites.at(-1)).toMatchObject({ line: 30_002, name: "table", key: "a.ts:table:number#29999" });
  });

  it("knows the part that a literal plays", async () => {
    const text =
      'import a from "b";\nfor (let i = 0; i < 9; i++) { x[i + 1] = y % 3; if (z > 4) f(5); }\nswitch (m) { case "c": }\ntype T = "d";\nconst v = w * 6;\n';
    const roles = (await sitesOf("a.ts", text)).map(({ text: literal, role }) => `${literal} ${role}`);
    expect(roles).toEqual([
      '"b" import',
      "0 loop",
      "9 loop",
      "1 index",
      "3 modulo",
      "4 comparison",
      "5 argument",
      '"c" case',
      '"d" type',
      "6 operand",
    ]);
  });

  it("keeps a key when code is added, removed or renamed elsewhere", async () => {
    const before = "def train():\n    lr = 0.1\n    decay = 0.2\n";
    const after =
      "import os\n\ndef other(n=3):\n    lr = 5\n\ndef train():\n    extra = 7\n    lr = 0.3\n    decay = 0.2\n";
    const [first, second] = [await sitesOf("a.py", before), await sitesOf("a.py", after)];
    for (const { key, name } of first) expect(second.find((site) => site.key === key)?.name).toBe(name);
  });

  it("gives offsets that hold after text outside ASCII and in files with Windows line endings", async () => {
    const text = "# 💥 été\r\nλ = '💥'\r\nnaïve_rate = -0.5  # é\r\nflag = True\r\n";
    const sites = await sitesOf("a.py", text);
    expect(sites.map(({ text: literal, line }) => [literal, line])).toEqual([
      ["'💥'", 2],
      ["-0.5", 3],
      ["True", 4],
    ]);
    for (const { start, end, text: literal } of sites) expect(text.slice(start, end)).toBe(literal);
  });

  it("finds the strings that a name may have in comparisons, cases, unions and Literal types", async () => {
    const ts = await findLiterals(
      "a.ts",
      'type Act = "relu" | "gelu"; let act: Act = "relu"; if (mode === "fast" || mode === "slow") {}\nswitch (o.norm) { case "rms": }\n',
    );
    expect([...(ts.choices.get("act") ?? [])]).toEqual(["relu", "gelu"]);
    expect([...(ts.choices.get("mode") ?? [])]).toEqual(["fast", "slow"]);
    expect([...(ts.choices.get("norm") ?? [])]).toEqual(["rms"]);
    const py = await findLiterals(
      "a.py",
      'def f(kind: Literal["x", "y"] = "x"):\n    if act in ("u", "v"): pass\n    elif kind == "z": pass\n',
    );
    expect([...(py.choices.get("kind") ?? [])]).toEqual(["x", "y", "z"]);
    expect([...(py.choices.get("act") ?? [])]).toEqual(["u", "v"]);
  });

  it("finds a number of PowerShell once, under its name", async () => {
    const text = "$lr = 0.1\n$o.width = 64\n$h = @{ depth = 3 }\nfunction F($k = 0x1F) { $script:low = -2 }\n";
    expect(await keysOf("a.ps1", text)).toEqual([
      "$lr:number#0 0.1",
      "width:number#0 64",
      "$h.depth:number#0 3",
      "$k:number#0 0x1F",
      "low:number#0 2",
    ]);
  });

  it.each([
    ["a.rb", "a = x[3]; b = x[2..20]\n"],
    ["a.php", "<?php $a = $x[3] + $y[$i + 5];"],
    ["a.rs", "fn f() { let a = x[3]; let b = &x[4..20]; t.2 = u.5; }"],
    ["a.cpp", "int main() { a[3] = b[i + 5]; }"],
    ["a.cs", "class A { int F() { return x[3] + y[i + 5]; } }"],
    ["a.sh", "echo x >&2\nexec 3>&4\n"],
  ])("tells an index, or a file descriptor, in %s: %s", async (path, text) => {
    const sites = await sitesOf(path, text);
    expect(sites.length).toBeGreaterThan(1);
    expect(sites.map(({ role }) => role)).toEqual(sites.map(() => "index"));
  });

  it("skips what it could not write back: escapes, interpolation, complex numbers", async () => {
    expect(await keysOf("a.py", "a = 'x\\n'\nb = f'{c}'\nd = 1j\ne = 017\n")).toEqual([]);
    expect(await keysOf("a.ts", "const a = `x${b}`;\n")).toEqual([]);
  });

  it("reads back what it wrote, and touches nothing else", async () => {
    const text = "const a = 1_000, b = -0.5, c = true, d = 'one'; // é\r\n";
    const sites = await sitesOf("a.ts", text);
    await fc.assert(
      fc.asyncProperty(fc.nat(sites.length - 1), fc.integer({ min: 1, max: 9999 }), async (index, n) => {
        const site = sites[index] as LiteralSite;
        const value =
          typeof site.value === "number"
            ? site.kind === "float"
              ? -n / 8
              : n
            : typeof site.value === "boolean"
              ? n % 2 === 0
              : `w${n}`;
        const edited = text.slice(0, site.start) + writeLiteral(site, value) + text.slice(site.end);
        const after = await sitesOf("a.ts", edited);
        expect(after.map((one) => one.value)).toEqual(sites.map((one) => (one.key === site.key ? value : one.value)));
      }),
      { numRuns: 60 },
    );
  });
});

describe("in a file with marked blocks", () => {
  const text = "rate = 0.1\n# EVOLVE-BLOCK-START\nrate = 0.2\n# EVOLVE-BLOCK-END\nrate = 0.3\n";

  it("only what stands in one is a site, under the key that it has without the marks", async () => {
    const [, plain] = await sitesOf("a.py", text.replaceAll("EVOLVE-", ""));
    expect((await sitesOf("a.py", text)).map((site) => site.text)).toEqual(["0.2"]);
    expect((await sitesOf("a.py", text))[0]?.key).toBe(plain?.key);
  });
});
