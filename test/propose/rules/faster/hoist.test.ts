import { expect, it } from "vitest";

import { atOnce } from "../../../../src/propose/rules/faster/at-once.ts";
import { hoist, hoistCalls } from "../../../../src/propose/rules/faster/hoist.ts";
import { applied } from "./applied.ts";

const C = `int near(const matrix p, double r) {
    int count = 0;
    for (int i = 0; i < p.rows; i++) {
        for (int k = 0; k < p.cols; k++)
            count += p.data[i * p.cols + k] < r;
    }
    return count;
}
`;

it("what stays the same in every round is worked out once, in each language's words", async () => {
  expect((await applied(hoist, "a.c", C)).get("work out p.rows, p.cols, p.data once before the loop"))
    .toBe(`int near(const matrix p, double r) {
    int count = 0;
    const __auto_type p_rows = p.rows;
    const __auto_type p_cols = p.cols;
    const __auto_type p_data = p.data;
    for (int i = 0; i < p_rows; i++) {
        for (int k = 0; k < p_cols; k++)
            count += p_data[i * p_cols + k] < r;
    }
    return count;
}
`);
});

it.each([
  [
    "a.py",
    "def f(self):\n    for r in rows:\n        total += self.test(r, len(xs))\n",
    "test = self.test",
    "len_xs = len(xs)",
  ],
  [
    "a.js",
    "function f() {\n  for (let i = 0; i < xs.length; i++) {\n    s += xs[i] * opt.rate;\n  }\n}\n",
    "const xsLength = xs.length;",
    "const optRate = opt.rate;",
  ],
  [
    "a.go",
    "package a\nfunc f() {\n\tfor i := 0; i < len(xs); i++ {\n\t\ts += xs[i] * p.rate\n\t}\n}\n",
    "lenXs := len(xs)",
    "pRate := p.rate",
  ],
  ["a.rs", "fn f() {\n    for x in xs {\n        s += x * p.rate;\n    }\n}\n", "let p_rate = p.rate;"],
  [
    "A.java",
    "class A {\n  void f() {\n    for (int i = 0; i < xs.length; i++) {\n      s += p.rate * xs[i];\n    }\n  }\n}\n",
    "var xsLength = xs.length;",
    "var pRate = p.rate;",
  ],
  [
    "A.cs",
    "class A {\n  void f() {\n    foreach (var x in xs) {\n      s += p.rate * x;\n    }\n  }\n}\n",
    "var pRate = p.rate;",
  ],
  ["a.php", "<?php\nfor ($i = 0; $i < count($xs); $i++) {\n  $s += $xs[$i];\n}\n", "$countXs = count($xs);"],
  ["a.rb", "while i < n\n  s += Math.sqrt(k)\n  i += 1\nend\n", "sqrt_k = Math.sqrt(k)"],
])("in %s", async (path, text, ...lines) => {
  const made = [...(await applied(hoist, path, text)).values()].join("\n");
  for (const line of lines) expect(made.split("\n").map((one) => one.trim())).toContain(line);
});

it.each([
  ["a name that changes", "def f():\n    for i in xs:\n        k = i + 1\n        g(k.a, ys[i], i - 1)\n"],
  ["the length of a list that grows", "def f():\n    while len(xs) < 9:\n        xs += g()\n"],
  ["an element that is given a value", "def f():\n    for i in ys:\n        g(xs[0])\n        xs[i] = 2\n"],
  ["a member that is given a value", "def f(p):\n    for i in ys:\n        g(p.a)\n        p.a += 1\n"],
  ["a list that is another one in every round", "def f():\n    for i in ys:\n        g([0] * n)\n"],
  ["what is done, not worked out", "def f():\n    for i in ys:\n        g(random())\n"],
])("it leaves alone %s", async (_what, text) => {
  expect([...(await applied(hoist, "a.py", text)).keys()]).toEqual([]);
});

it("takes a value as far out as it stays the same, and only where a line has room", async () => {
  const text =
    "function f() {\n  for (const a of as) {\n    for (const b of bs) {\n      g(a, b, opt.rate, a.x);\n    }\n  }\n}\n";
  const made = await applied(hoist, "a.js", text);
  expect([...made.keys()]).toEqual(["work out opt.rate once before the loop", "work out a.x once before the loop"]);
  const cramped = "function f() { for (const b of bs) g(b, opt.rate); }\n";
  expect([...(await applied(hoist, "a.js", cramped)).keys()]).toEqual([]);
});

it("a function of the file that only gives a value may be called once; one that does something may not", async () => {
  const text = `package a
func tidy(s string) string { return strings.ToLower(s) }
func say(s string) string { fmt.Println(s); return s }
func f(s string) {
	for i := 0; i < len(tidy(s)); i++ {
		g(tidy(s)[i], say(s))
	}
}
`;
  const made = await applied(hoistCalls, "a.go", text);
  expect([...made.keys()]).toEqual(["work out tidy(s) once before the loop"]);
  expect([...made.values()][0]).toContain(
    "tidyS := tidy(s)\n\tfor i := 0; i < len(tidyS); i++ {\n\t\tg(tidyS[i], say(s))",
  );
});

it("what two loops of one block work out gets two names, so that one edit may hold both", async () => {
  const text =
    "package a\n\nfunc f() {\n\tfor i := 0; i < len(xs); i++ {\n\t\tg(i)\n\t}\n\tfor i := 0; i < len(xs); i++ {\n\t\th(i)\n\t}\n}\n";
  const [both] = [...(await applied(atOnce, "a.go", text)).values()];
  expect(both).toContain("lenXs := len(xs)\n");
  expect(both).toContain("lenXsOnce := len(xs)\n\tfor i := 0; i < lenXsOnce;");
});

it.each([
  [
    "a.go",
    "package a\nfunc f() {\n\tfor j := 0; j < 9; j++ {\n\t\tif i > 1 && s[i-2] == t[j] {\n\t\t\tg(j)\n\t\t}\n\t}\n}\n",
    "s[i-2]",
  ],
  [
    "a.c",
    "void f() {\n    for (int j = 0; j < 9; j++) {\n        if (i > 0)\n            g(s[i - 1], j);\n    }\n}\n",
    "s[i - 1]",
  ],
  [
    "a.c",
    "void f() {\n    for (int j = 0; j < 9; j++) {\n        if (p == NULL)\n            continue;\n        g(p->x, j);\n    }\n}\n",
    "p->x",
  ],
  ["a.py", "def f():\n    for j in xs:\n        if key in known:\n            g(known[key], j)\n", "known[key]"],
  ["a.ts", "function f() {\n  for (const j of xs) {\n    g(p !== null ? p.x : 0, j);\n  }\n}\n", "p.x"],
])("what a condition in the loop of %s is asked for first is not read before the loop", async (path, text, read) => {
  expect([...(await applied(hoist, path, text)).keys()].filter((what) => what.includes(read))).toEqual([]);
  // Without the condition it is.
  const bare = text
    .replace(/i > 1 && |if \(i > 0\)|if \(p == NULL\)\n *continue;|p !== null \? (?=p)|(?<=p\.x) : 0/g, "")
    .replace("if key in known:", "if j:");
  expect([...(await applied(hoist, path, bare)).keys()].filter((what) => what.includes(read))).not.toEqual([]);
});

it("a function of C that other files do not see is worked out before a loop, one with a variable that lasts is not", async () => {
  const loop = "void f() {\n    for (int i = 0; i < 9; i++)\n        g(mean(xs, n), i);\n}\n";
  const quiet = `static double mean(const double *xs, int n) {\n    return xs[0] / n;\n}\n${loop}`;
  const lasting = quiet.replace("    return", "    static int calls;\n    calls++;\n    return");
  expect([...(await applied(hoistCalls, "a.c", quiet)).keys()]).toEqual(["work out mean(xs, n) once before the loop"]);
  expect([...(await applied(hoistCalls, "a.c", lasting)).keys()]).toEqual([]);
});

it("what is said of a text is worked out once, in Go by a function of strings", async () => {
  const go = "package a\nfunc f() {\n\tfor _, x := range xs {\n\t\tg(strings.ToLower(word), x)\n\t}\n}\n";
  expect([...(await applied(hoist, "a.go", go)).keys()]).toEqual([
    "work out strings.ToLower(word) once before the loop",
  ]);
  const js = "function f() {\n  for (const x of xs) {\n    g(word.toLowerCase(), x);\n  }\n}\n";
  expect([...(await applied(hoist, "a.js", js)).keys()]).toEqual(["work out word.toLowerCase() once before the loop"]);
});

it("a function is quiet whose variables change or are called time, not one that changes what it is given or asks the clock", async () => {
  const loop = "fn f() {\n    for x in xs {\n        g(mean(&ys), x);\n    }\n}\n";
  const quiet = `fn mean(ys: &[f64]) -> f64 {\n    let mut sum = 0.0;\n    for time in ys {\n        sum += time;\n    }\n    sum\n}\n${loop}`;
  const found = async (text: string) => [...(await applied(hoistCalls, "a.rs", text)).keys()];
  expect(await found(quiet)).toEqual(["work out mean(&ys) once before the loop"]);
  expect(await found(quiet.replace("&[f64]", "&mut Vec<f64>"))).toEqual([]);
  expect(await found(quiet.replace("= 0.0", "= time::seconds()"))).toEqual([]);
});

it("the place of a column is looked up once", async () => {
  const text = "def f(header, rows):\n    for row in rows:\n        g(row[header.index('time')])\n";
  expect([...(await applied(hoist, "a.py", text)).keys()]).toEqual([
    "work out header.index('time') once before the loop",
  ]);
});

it("a field of Rust is named only where it is a number: elsewhere that would move it", async () => {
  const rust = "fn f() {\n    for x in xs {\n        g(self.postings.get(x), x * self.rate);\n    }\n}\n";
  expect([...(await applied(hoist, "a.rs", rust)).keys()]).toEqual(["work out self.rate once before the loop"]);
});

it.each([
  ["a line that is read", "int f(FILE *f) {\n    while (fgets(line, 9, f)) {\n        n += strlen(line);\n    }\n}\n"],
  ["a number that is read", "int f() {\n    while (std::cin >> n) {\n        s += std::abs(n);\n    }\n}\n"],
  ["what is filled by its address", "int f() {\n    while (more) {\n        next(&p);\n        s += p.x;\n    }\n}\n"],
])("C and C++ do not work out once %s", async (_what, text) => {
  expect([...(await applied(hoist, "a.cpp", text)).keys()]).toEqual([]);
});

it("a call of Rust is worked out once, even where a condition is about the same", async () => {
  const text = `fn words(text: &str) -> usize { text.split(' ').count() }
fn f() {
    for p in list {
        if p.document == document {
            s += words(&bodies[document]) as f64;
        }
    }
}
`;
  const made = await applied(hoistCalls, "a.rs", text);
  expect([...made.keys()]).toEqual(["work out words(&bodies[document]) once before the loop"]);
});
