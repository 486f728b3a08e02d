import { describe, expect, it } from "vitest";

import { checkSyntax } from "../../src/syntax/check-syntax.ts";

const VALID: Readonly<Record<string, string>> = {
  "a.ts":
    "export type * from './b';\nimport defer * as c from './c';\nusing x = f();\nabstract class A<in out T> { accessor y = 1 }\nconst z = {} satisfies B;\n",
  "a.tsx": "const view = <p class={a}>text &amp; {b ?? c}</p>;\n",
  "a.js": "const f = async (x) => { for await (const y of x) await y?.z?.(); };\nconst { a = 1, ...b } = { a };\n",
  "a.jsx": "const view = <><A {...b} /></>;\n",
  "a.py": "match x:\n    case [1, *_] if (n := 2) > 1:\n        print(f'{x[\"a\"]!r:>{w}}')\ntype A[T] = list[T]\n",
  "a.rs": 'fn main() { let Some(x) = f() else { return }; println!("{x}"); }\n',
  "a.go": "package a\n\nfunc Map[T, U any](xs []T, f func(T) U) []U { return nil }\n",
  "A.java": "record A(int x) { static int f(Object o) { return switch (o) { case String s -> 1; default -> 2; }; } }\n",
  "a.cpp": "template <typename T> concept C = requires(T t) { t.x(); };\nauto f = [](auto x) { return x; };\n",
  "a.c": "#define LR 0.1f\nint main(void) { float a[] = {[0] = LR}; return 0; }\n",
  "a.cs": "record A(int X) { public int Y => X switch { > 1 => 2, _ => 3 }; }\n",
  "a.rb": "def f(a, b: 2) = a + b\nputs [1, 2].map { |x| x * 2 }\n",
  "a.php": "<?php enum A: string { case B = 'b'; }\n$f = fn($x) => $x?->y;\n",
  "a.sh": 'for x in "$@"; do [[ -f $x ]] && echo "${x%.py}"; done\n',
  "a.ini": "[a]\nb = c\n",
  "a.css": ".a > .b:not(:hover) { width: calc(1px + 2em); }\n",
};

const BROKEN: Readonly<Record<string, string>> = {
  "a.ts": "const a = (1;\n",
  "a.tsx": "const a = <p>;\n",
  "a.js": "function ( {\n",
  "a.py": "def f(:\n    pass\n",
  "a.rs": "fn main( {}\n",
  "a.go": "package a\nfunc f() {\n",
  "A.java": "class A { int = ; }\n",
  "a.cpp": "int main( { return 0; }\n",
  "a.cs": "class A { void f( { }\n",
  "a.rb": "def f(\n",
  "a.php": "<?php function ( {\n",
  "a.sh": "if true; then\n",
};

describe("checkSyntax", () => {
  it.each(Object.entries(VALID))("accepts valid modern code in %s", async (path, text) => {
    expect(await checkSyntax({ [path]: text })).toEqual([]);
    expect(await checkSyntax({ [path]: text.replaceAll("\n", "\r\n") })).toEqual([]);
  });

  it.each(Object.entries(BROKEN))("finds what is broken in %s", async (path, text) => {
    const [problem] = await checkSyntax({ [path]: text });
    expect(problem).toMatchObject({ path, message: expect.stringMatching(/\S/) });
  });

  it("says where, counting UTF-16 columns after text that is not ASCII", async () => {
    const problems = await checkSyntax({ "a.ts": "const é = '💥'; const x = ;\r\n" });
    expect(problems.map(({ path, line, column }) => [path, line, column])).toEqual([["a.ts", 1, 27]]);
  });

  it("says nothing of languages that it does not know, nor of files longer than 300,000 characters", async () => {
    expect(
      await checkSyntax({ "a.zig": "(((", "data.txt": ")))", Makefile: "(((", "a.py": `(${" ".repeat(300_001)}` }),
    ).toEqual([]);
  });

  it("forgives an edit the errors that its parent had", async () => {
    const parent = { "a.py": "def f(:\n    pass\nrate = 1\n" };
    expect(await checkSyntax({ "a.py": "def f(:\n    pass\nrate = 2\n" }, parent)).toEqual([]);
    expect(await checkSyntax({ "a.py": "# moved\ndef f(:\n    pass\nrate = 2\n" }, parent)).toEqual([]);
  });

  it("reports what an edit adds to the errors of its parent", async () => {
    const parent = { "a.py": "def f(:\n    pass\n\nrate = 1\n" };
    const problems = await checkSyntax({ "a.py": "def f(:\n    pass\n\nrate = = 2\n" }, parent);
    expect(problems.map(({ line }) => line)).toEqual([4]);
  });

  it("is not felled by deep nesting", async () => {
    expect(await checkSyntax({ "a.py": `x = ${"(".repeat(20_000)}1${")".repeat(20_000)}\n` })).toEqual([]);
  });
});
