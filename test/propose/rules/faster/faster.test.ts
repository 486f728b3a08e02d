import { expect, it } from "vitest";

import { atOnce } from "../../../../src/propose/rules/faster/at-once.ts";
import { compileOnce } from "../../../../src/propose/rules/faster/compile-once.ts";
import { compilerFlags } from "../../../../src/propose/rules/faster/compiler-flags.ts";
import { containers } from "../../../../src/propose/rules/faster/containers.ts";
import { copies } from "../../../../src/propose/rules/faster/copies.ts";
import { earlyExit } from "../../../../src/propose/rules/faster/early-exit.ts";
import { grow } from "../../../../src/propose/rules/faster/grow.ts";
import { loopBounds } from "../../../../src/propose/rules/faster/loop-bounds.ts";
import { loopOrder } from "../../../../src/propose/rules/faster/loop-order.ts";
import { membership } from "../../../../src/propose/rules/faster/membership.ts";
import { memo } from "../../../../src/propose/rules/faster/memo/memo.ts";
import { references } from "../../../../src/propose/rules/faster/references.ts";
import { strength } from "../../../../src/propose/rules/faster/strength.ts";
import type { Rule } from "../../../../src/propose/rules/rule.ts";
import { applied } from "./applied.ts";

/** Before and after, in the first rewrite that a rule has for a text. */
const CASES: readonly (readonly [Rule, path: string, before: string, after: string])[] = [
  [
    loopOrder,
    "a.c",
    "void f() {\n  for (int j = 0; j < n; j++)\n    for (int k = 0; k < m; k++) {\n      s += a[k];\n    }\n}\n",
    "void f() {\n  for (int k = 0; k < m; k++)\n    for (int j = 0; j < n; j++) {\n      s += a[k];\n    }\n}\n",
  ],
  [
    loopOrder,
    "a.go",
    "package a\nfunc f() {\n\tfor i := range xs {\n\t\tfor j := range ys {\n\t\t\tc[i][j] += x\n\t\t}\n\t}\n}\n",
    "package a\nfunc f() {\n\tfor j := range ys {\n\t\tfor i := range xs {\n\t\t\tc[i][j] += x\n\t\t}\n\t}\n}\n",
  ],
  [
    loopOrder,
    "a.rs",
    "fn f() {\n    for i in 0..n {\n        for j in 0..m {\n            c[i][j] = a[j][i];\n        }\n    }\n}\n",
    "fn f() {\n    for j in 0..m {\n        for i in 0..n {\n            c[i][j] = a[j][i];\n        }\n    }\n}\n",
  ],
  [
    loopOrder,
    "a.py",
    "for i in a:\n    for j in b:\n        c[i, j] = i * j\n",
    "for j in b:\n    for i in a:\n        c[i, j] = i * j\n",
  ],
  [compilerFlags, "a.c", "int main() { return 0; }\n", '#pragma GCC optimize("O3")\nint main() { return 0; }\n'],
  [compilerFlags, "build.sh", "gcc -O2 -o main main.c\n", "gcc -O3 -o main main.c\n"],
  [
    membership,
    "a.py",
    "seen = []\nfor x in xs:\n    if x not in seen:\n        seen.append(x)\n",
    "seen = set()\nfor x in xs:\n    if x not in seen:\n        seen.add(x)\n",
  ],
  [membership, "a.py", "def f(x):\n    return x in ['a', 'b']\n", "def f(x):\n    return x in {'a', 'b'}\n"],
  [
    membership,
    "a.js",
    "const words = load().split();\nfor (const x of xs) if (words.includes(x)) n++;\n",
    "const words = load().split();\nconst wordsSet = new Set(words);\nfor (const x of xs) if (wordsSet.has(x)) n++;\n",
  ],
  [
    containers,
    "a.cpp",
    "#include <map>\nstd::map<int, int> m;\n",
    "#include <unordered_map>\n#include <map>\nstd::unordered_map<int, int> m;\n",
  ],
  [
    containers,
    "a.rs",
    "use std::collections::BTreeMap;\nfn f() { let m: BTreeMap<u8, u8> = BTreeMap::new(); }\n",
    "use std::collections::HashMap;\nfn f() { let m: HashMap<u8, u8> = HashMap::new(); }\n",
  ],
  [
    containers,
    "a.rs",
    "use std::collections::{BTreeMap, HashMap};\nfn f() { let m: BTreeMap<u8, u8> = BTreeMap::new(); }\n",
    "use std::collections::{HashMap};\nfn f() { let m: HashMap<u8, u8> = HashMap::new(); }\n",
  ],
  [
    containers,
    "a.rs",
    "use std::collections::{HashSet, BTreeSet};\nfn f() { let m: BTreeSet<u8> = BTreeSet::new(); }\n",
    "use std::collections::{HashSet};\nfn f() { let m: HashSet<u8> = HashSet::new(); }\n",
  ],
  [containers, "a.cpp", "void f() { out << 1 << std::endl; }\n", "void f() { out << 1 << '\\n'; }\n"],
  [
    compileOnce,
    "a.py",
    "import re\n\ndef f(s):\n    return re.sub(r'a+', 'b', s, flags=re.I)\n",
    "import re\n\n_PATTERN_1 = re.compile(r'a+', flags=re.I)\ndef f(s):\n    return _PATTERN_1.sub('b', s)\n",
  ],
  [
    compileOnce,
    "a.go",
    'package a\nfunc f(s string) bool {\n\treturn regexp.MustCompile("a+").MatchString(s)\n}\n',
    'package a\nvar pattern1 = regexp.MustCompile("a+")\nfunc f(s string) bool {\n\treturn pattern1.MatchString(s)\n}\n',
  ],
  [
    compileOnce,
    "A.java",
    'class A {\n  boolean f(String s) {\n    return Pattern.compile("a+").matcher(s).find();\n  }\n}\n',
    'class A {\n  private static final Pattern PATTERN_1 = Pattern.compile("a+");\n  boolean f(String s) {\n    return PATTERN_1.matcher(s).find();\n  }\n}\n',
  ],
  [
    compileOnce,
    "a.js",
    "function f(s) {\n  return new RegExp('a+').test(s);\n}\n",
    "const PATTERN_1 = new RegExp('a+');\nfunction f(s) {\n  return PATTERN_1.test(s);\n}\n",
  ],
  [
    compileOnce,
    "a.rs",
    'fn f(s: &str) -> bool {\n    Regex::new(r"a+").unwrap().is_match(s)\n}\n',
    'static PATTERN_1: std::sync::LazyLock<Regex> = std::sync::LazyLock::new(|| Regex::new(r"a+").unwrap());\nfn f(s: &str) -> bool {\n    PATTERN_1.is_match(s)\n}\n',
  ],
  [copies, "a.py", "for k in list(d.items()):\n    f(k)\n", "for k in d.items():\n    f(k)\n"],
  [copies, "a.py", "n = sum([f(x) for x in xs])\n", "n = sum(f(x) for x in xs)\n"],
  [copies, "a.js", "for (const x of [...xs]) f(x);\n", "for (const x of xs) f(x);\n"],
  [copies, "a.rs", "fn f(s: &String) { g(s.clone()); }\n", "fn f(s: &String) { g(s); }\n"],
  [
    strength,
    "a.c",
    "double f(double x) { return pow(x - 1, 2); }\n",
    "double f(double x) { return ((x - 1) * (x - 1)); }\n",
  ],
  [strength, "a.py", "y = x ** 2\n", "y = (x * x)\n"],
  [strength, "a.rs", "fn f(x: f64) -> f64 { x.powi(2) }\n", "fn f(x: f64) -> f64 { (x * x) }\n"],
  [strength, "a.js", "if (Math.sqrt(d) < r) n++;\n", "if ((d) < (r) * (r)) n++;\n"],
  [
    memo,
    "a.py",
    "'''Doc.'''\nimport re\n\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n",
    "'''Doc.'''\nimport functools\nimport re\n\n@functools.lru_cache(maxsize=1 << 18, typed=True)\ndef fib(n):\n    return n if n < 2 else fib(n - 1) + fib(n - 2)\n",
  ],
  [
    references,
    "a.cpp",
    "int f(std::string s, int n) { return n; }\n",
    "int f(const std::string& s, int n) { return n; }\n",
  ],
  [references, "a.cpp", "void f() { for (auto x : xs) g(x); }\n", "void f() { for (const auto& x : xs) g(x); }\n"],
  [
    earlyExit,
    "a.py",
    "for x in xs:\n    if x == y:\n        found = True\n",
    "for x in xs:\n    if x == y:\n        found = True\n        break\n",
  ],
  [
    earlyExit,
    "a.c",
    "void f() {\n  for (;;) {\n    if (a) {\n      found = 1;\n    }\n  }\n}\n",
    "void f() {\n  for (;;) {\n    if (a) {\n      found = 1;\n      break;\n    }\n  }\n}\n",
  ],
  // Of what grows, what is skipped and what is written for people.
  [
    grow,
    "a.ts",
    "let rows: R[] = [];\nrows = [...rows, [...row, field]];\n",
    "let rows: R[] = [];\nrows.push([...row, field]);\n",
  ],
  [
    grow,
    "a.js",
    "f = xs.reduce((all, x) => ({ ...all, [x]: 1 }), {});\n",
    "f = xs.reduce((all, x) => (Object.assign(all, { [x]: 1 })), {});\n",
  ],
  [
    grow,
    "a.js",
    "let changes = [];\nchanges = [line, ...changes];\nf(changes.length);\n",
    "let changes = [];\nchanges.unshift(line);\nf(changes.length);\n",
  ],
  [
    grow,
    "a.ts",
    "function f() {\n  let links = {};\n  links = { ...links, [k]: v };\n  return links;\n}\n",
    "function f() {\n  let links = {};\n  Object.assign(links, { [k]: v });\n  return links;\n}\n",
  ],
  [
    grow,
    "a.ts",
    "const f = (xs) => xs.reduce((all, x) => (x < all[0] ? all : [...all, x]), []);\n",
    "const f = (xs) => xs.reduce((all, x) => (x < all[0] ? all : (all.push(x), all)), []);\n",
  ],
  [grow, "a.py", "rows = rows + [x]\n", "rows.extend([x])\n"],
  [grow, "a.py", "d = {**d, k: v}\n", "d.update({k: v})\n"],
  [
    loopBounds,
    "a.c",
    "void f() { for (int j = 0; j < n; j++) { if (j <= i) continue; g(j); } }\n",
    "void f() { for (int j = i + 1; j < n; j++) { if (j <= i) continue; g(j); } }\n",
  ],
  [
    loopBounds,
    "a.py",
    "for j in range(n):\n    if j <= i:\n        continue\n    g(j)\n",
    "for j in range(i + 1, n):\n    if j <= i:\n        continue\n    g(j)\n",
  ],
  [
    loopBounds,
    "a.go",
    "package a\nfunc f() {\n\tfor j := 0; j < n; j++ {\n\t\tif j < i {\n\t\t\tcontinue\n\t\t}\n\t\tg(j)\n\t}\n}\n",
    "package a\nfunc f() {\n\tfor j := i; j < n; j++ {\n\t\tif j < i {\n\t\t\tcontinue\n\t\t}\n\t\tg(j)\n\t}\n}\n",
  ],
  [
    compileOnce,
    "a.js",
    "const f = (d) => d.toLocaleDateString('en', { month: 'long' });\n",
    "const PATTERN_1 = new Intl.DateTimeFormat('en', { month: 'long' });\nconst f = (d) => PATTERN_1.format(d);\n",
  ],
  [
    compileOnce,
    "a.js",
    "function f(a, b) {\n  return a.x.localeCompare(b.x, 'en');\n}\n",
    "const PATTERN_1 = new Intl.Collator('en');\nfunction f(a, b) {\n  return PATTERN_1.compare(a.x, b.x);\n}\n",
  ],
];

it.each(CASES.map((one) => [one[0].name, one] as const))("%s: %#", async (_name, [rule, path, before, after]) => {
  expect([...(await applied(rule, path, before)).values()]).toContain(after);
});

/** Where a rule has nothing to say. */
const NONE: readonly (readonly [Rule, path: string, text: string])[] = [
  // The state before, a path that was kept, a list of the caller's, one that is gone through, and what another variable has.
  [grow, "a.js", "const f = (state) => {\n  return { ...state, n: state.n + 1 };\n};\n"],
  [grow, "a.js", "let path = [s];\nfor (const n of ns) {\n  all.push(path);\n  path = [...path, n];\n}\n"],
  [grow, "a.js", "function f(xs) {\n  xs = [...xs, 1];\n  return xs;\n}\n"],
  [grow, "a.js", "let xs = [1];\nfor (const x of xs) xs = [...xs, x];\n"],
  [grow, "a.js", "let xs = [1];\nconst ys = xs;\nxs = [...xs, 2];\n"],
  [grow, "a.js", "let xs = first();\nxs = [...xs, 2];\n"],
  [grow, "a.js", "const f = (xs) => xs.reduce((all, x) => ({ ...all, [x]: 1 }), start);\n"],
  [grow, "a.js", "o = { k: v, ...o };\nys = [...xs, x];\nconst f = () => ({ ...xs() , a });\n"],
  [loopBounds, "a.c", "void f() { for (int j = 0; j < n; j++) { if (j > i) continue; g(j); } }\n"],
  [compileOnce, "a.js", "const f = (d, lang) => d.toLocaleDateString(lang) + d.toLocaleString();\n"],
  [loopOrder, "a.c", "void f() { for (;;) { g(); for (;;) { h(); } } }\n"],
  [compilerFlags, "a.h", "int f(void);\n"],
  [compilerFlags, "a.c", '#pragma GCC optimize("O3")\n#pragma GCC target("avx2")\nint a;\n'],
  [membership, "a.py", "words = {}\nx = y in words\n"],
  [
    compileOnce,
    "a.py",
    "import re\nP = re.compile('a')\n\ndef f(p, s):\n    return re.match(p, s), re.match(f'{p}', s), P.match(s)\n",
  ],
  [copies, "a.py", "xs = list(f(x) for x in ys)\nzs = [x for x in xs]\n"],
  [strength, "a.py", "y = x ** n\nif math.sqrt(a) < math.sqrt(b): pass\n"],
  [
    memo,
    "a.py",
    "def f(self, x):\n    return [f(self, y) for y in x]\n\ndef g(x):\n    print(x)\n    return g(x)\n\ndef once(x):\n    return x\n\nonce(1)\n",
  ],
  [references, "a.cpp", "void f(const std::string& s, int n, std::string* p);\n"],
  [copies, "a.py", "f(sorted(xs), len(set(xs)), str(n), d.keys())\n"],
  [copies, "a.js", "for (const k of known.keys()) f(k);\n"],
  // Sorted in place; changed meanwhile; somebody else's from now on; no list.
  [copies, "a.js", "const f = (xs) => [...xs].sort();\n"],
  [copies, "a.js", "const f = (xs) => { for (const x of [...xs]) xs.splice(0, x); };\n"],
  [copies, "a.js", "const f = (xs) => xs.slice();\nconst g = (xs) => structuredClone(xs);\n"],
  [copies, "a.js", "const f = (s) => [...new Set(s)].map(g);\nconst h = (s) => [...s].map(g);\n"],
  [references, "a.cpp", "string trim(string s) {\n  while (!s.empty()) s.pop_back();\n  return s;\n}\n"],
  [references, "a.cpp", "int mid(vector<int> xs) {\n  sort(xs.begin(), xs.end());\n  return xs[1];\n}\n"],
  [references, "a.cpp", "int f(vector<int> xs) {\n  for (auto x : xs) x += 1;\n  xs[0] = 2;\n  return xs[0];\n}\n"],
  [earlyExit, "a.py", "for x in rows:\n    if x > y:\n        cost = 1\n"],
  [
    earlyExit,
    "a.py",
    "def f():\n    for x in xs:\n        def g():\n            if x:\n                done = True\n    if y:\n        found = True\n",
  ],
];

it.each(NONE.map(([rule, ...others]) => [rule.name, rule, ...others] as const))(
  "%s has nothing to say: %#",
  async (_name, rule, path, text) => {
    expect([...(await applied(rule, path, text)).keys()]).toEqual([]);
  },
);

it("C++ hands over by reference what no header declares", async () => {
  const text = '#include "a.h"\nstatic int f(std::string s) { return 0; }\nint g(std::string t) { return 0; }\n';
  expect([...(await applied(references, "a.cpp", text)).keys()]).toEqual(["s by reference"]);
});

it("two patterns get two names, so that both can be kept together", async () => {
  const text = "function f(s) {\n  return s.replace(new RegExp('a'), '').replace(new RegExp('b'), '');\n}\n";
  const made = [...(await applied(compileOnce, "a.js", text)).values()].map((after) => after.split("\n")[0]);
  expect(new Set(made)).toEqual(new Set(["const PATTERN_1 = new RegExp('a');", "const PATTERN_2 = new RegExp('b');"]));
});

it("all patterns of a function are compiled once in one edit", async () => {
  const text = "function f(s) {\n  return s.replace(new RegExp('a'), '').replace(new RegExp('b'), '');\n}\n";
  expect([...(await applied(atOnce, "a.js", text)).values()]).toEqual([
    "const PATTERN_1 = new RegExp('a');\nconst PATTERN_2 = new RegExp('b');\nfunction f(s) {\n  return s.replace(PATTERN_1, '').replace(PATTERN_2, '');\n}\n",
  ]);
});

it("copies of Rust are left out one by one, for most of them are needed", async () => {
  const text = "fn f() {\n    g(a.clone(), b.clone());\n    h(a.powi(2), b.powi(2));\n}\n";
  expect([...(await applied(copies, "a.rs", text)).keys()]).toHaveLength(2);
  expect([...(await applied(atOnce, "a.rs", text)).keys()]).toEqual(["strength at 2 places at once"]);
});

it("small gains come together, those about one place once", async () => {
  const text =
    "function f(as) {\n  let rows = as.map(g);\n  for (const a of [...as]) {\n    rows = [...rows, a ** 2];\n    sum += a ** 2 + opt.rate;\n  }\n}\n";
  const found = await applied(atOnce, "a.js", text);
  expect([...found.keys()]).toEqual(["small things at 4 places at once", "strength at 2 places at once"]);
  expect([...found.values()][0]).toBe(
    "function f(as) {\n  let rows = as.map(g);\n  const optRate = opt.rate;\n  for (const a of as) {\n    rows.push(a ** 2);\n    sum += (a * a) + optRate;\n  }\n}\n",
  );
});
