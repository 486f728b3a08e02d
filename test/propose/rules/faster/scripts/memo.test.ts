import { expect, it } from "vitest";

import { memo } from "../../../../../src/propose/rules/faster/memo/memo.ts";
import { applied } from "../applied.ts";
import { moduleOf } from "./running.ts";

const WORDS = `export let asked = 0;
interface Note {
  readonly text: string;
}
const STOP = new Set(["the"]);

/** In small letters. */
function wordsOf(note: Note): string[] {
  const found: string[] = [];
  for (const word of note.text.toLowerCase().split(" ")) if (!STOP.has(word)) found.push(word);
  return found;
}

export function shared(notes: readonly Note[]): number {
  let count = 0;
  for (const a of notes)
    for (const b of notes) count += wordsOf(a).filter((word) => wordsOf(b).includes(word)).length;
  return count;
}
`;

it("a function that only gives a value remembers it, under its own name", async () => {
  const after = (await applied(memo, "a.ts", WORDS)).get("remember what wordsOf gave") ?? "";
  expect(after).toContain(
    "/** In small letters. */\nconst wordsOf = remembering(wordsOfAnew);\n\nfunction wordsOfAnew(note: Note): string[] {\n",
  );
  const notes = [{ text: "The one two" }, { text: "two three" }];
  const made = await moduleOf(after);
  expect((made["shared"] as (some: object) => number)(notes)).toBe(6);
});

it("what is remembered, and what by, is frozen: a change of either throws", async () => {
  const text = `${WORDS}const ask = { of: (note: Note) => { const words = wordsOf(note); return { words }; } };\nexport { ask };\n`;
  const after = (await applied(memo, "a.ts", text)).get("remember what wordsOf gave") ?? "";
  const { ask } = (await moduleOf(after)) as { ask: { of: (note: { text: string }) => { words: string[] } } };
  const wordsOf = (note: { text: string }): string[] => ask.of(note).words;
  const note = { text: "one two" };
  const words = wordsOf(note);
  expect(wordsOf(note)).toBe(words);
  expect(() => words.push("three")).toThrow(TypeError);
  expect(() => (note.text = "four")).toThrow(TypeError);
  expect(wordsOf({ text: "four" })).toEqual(["four"]);
});

it("maps and sets refuse to be changed, and what holds another object is worked out anew", async () => {
  const text = `function countsOf(words) {
  const counts = new Map();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
export const both = (lists) => lists.map((words) => countsOf(words));
`;
  const after = (await applied(memo, "a.mjs", text)).get("remember what countsOf gave") ?? "";
  const both = (await moduleOf(after))["both"] as (lists: unknown[][]) => Map<unknown, number>[];
  const words = ["a", "b", "a"];
  const [first, second] = both([words, words]);
  expect(first).toBe(second);
  expect(first).toEqual(new Map(Object.entries({ a: 2, b: 1 })));
  expect(() => first?.set("c", 1)).toThrow(TypeError);
  const dates = [new Date(0)];
  const [one, other] = both([dates, dates]);
  expect(one).not.toBe(other);
  expect(Object.isFrozen(dates)).toBe(false);
});

it("in a script that is no module nothing is frozen, and numbers and texts are remembered", async () => {
  const text = `let calls = 0;
const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2));
`;
  const after = (await applied(memo, "a.js", text)).get("remember what fib gave") ?? "";
  expect(after).toContain("const fib = rememberingPlain((n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)));");
  expect(after).not.toContain("freeze");
  const fib = (await moduleOf(`${after}export { fib };\n`))["fib"] as (n: number) => number;
  // Some 10¹⁴ calls if it did not.
  expect(fib(70)).toBe(190392490709135);
});

it("a function that is called before it stands there is remembered from the top on", async () => {
  const text = `import "node:fs";
console.log(ways(3));
export function ways(n: number): number {
  return n < 2 ? 1 : ways(n - 1) + ways(n - 2);
}
`;
  const after = (await applied(memo, "a.ts", text)).get("remember what ways gave") ?? "";
  expect(after).toContain('import "node:fs";\nexport const ways = rememberingPlain(waysAnew);\n\nconsole.log');
  expect(after).toContain("\nfunction waysAnew(n: number): number {");
});

it("a second function uses what the first one brought", async () => {
  const text = `export const f = (n: number): number => (n < 2 ? n : f(n - 1) + f(n - 2));
export const g = (n: number): number => (n < 2 ? n : g(n - 1) + g(n - 3));
`;
  const once = (await applied(memo, "a.ts", text)).get("remember what f gave") ?? "";
  const twice = (await applied(memo, "a.ts", once)).get("remember what g gave") ?? "";
  expect(twice.split("function rememberingPlain").length).toBe(2);
  expect((await applied(memo, "a.ts", twice)).size).toBe(0);
});

const loop = (call: string): string => `export const all = (xs) => { for (const x of xs) { ${call} } };\n`;

it.each([
  ["a variable that stays", `const rate = 1;\nconst f = (x) => Math.sqrt(x) * rate;\n${loop("f(x);")}`],
  ["a function that only gives a value", `function f(x) { return g(x); }\nconst g = (x) => x;\n${loop("f(x);")}`],
  ["its own copy", `function f(x) { const y = [...x]; y.sort(); return y.length; }\n${loop("f(x);")}`],
  [
    "its own rows",
    `function f(x) { const t = Array.from({ length: x }, () => [0]); t[0][0] = 1; t.push([]); return t.length; }\n${loop("f(x);")}`,
  ],
  [
    "its own groups",
    `function f(x) { const t = new Map(); for (const y of x) { if (!t.has(y)) t.set(y, []); t.get(y).push(y); } return t.size; }\n${loop("f(x);")}`,
  ],
  [
    "a callback of its own",
    `function f(x) { const g = (y) => y + 1; return x.map(g).filter(Boolean).length; }\n${loop("f(x);")}`,
  ],
  ["a pattern that is always the same", `const P = /a/i;\nfunction f(x) { return P.test(x); }\n${loop("f(x);")}`],
  [
    "a list that is read",
    `function f(x: string): string[] { return x.split(","); }\n${loop("const parts = f(x); parts.join();")}`,
  ],
  [
    "an object that is read",
    `function f(x: string): { name: string } { return { name: x.trim() }; }\n${loop("console.log(f(x).name);")}`,
  ],
  [
    "a list that is not given to other files",
    `function f(x: string): string[] { return x.split(","); }\n${loop("f(x).join();")}`,
  ],
  [
    "what its caller leaves alone",
    `const f = (x: string[], i: number): boolean => x[i]!.startsWith("-");\nexport function g(x: string[]) { const y = [...x]; let n = 0; for (let i = 0; i < 2; i++) if (f(y, i)) n++;\n return n; }`,
  ],
])("a function is remembered with %s", async (_why, text) => {
  expect([...(await applied(memo, "a.ts", text)).keys()]).toContain("remember what f gave");
});

it.each([
  ["reads a variable that changes", `let rate = 1;\nconst f = (x) => Math.sqrt(x) * rate;\n${loop("rate++; f(x);")}`],
  ["prints", `function f(x) { console.log(x); return g(x); }\nconst g = (x) => x;\n${loop("f(x);")}`],
  ["draws", `function f(x) { return Math.floor(Math.random() * x); }\n${loop("f(x);")}`],
  ["reads the clock", `function f(x) { return new Date().getTime() + Math.sqrt(x); }\n${loop("f(x);")}`],
  ["changes what it is given", `function f(x) { x.sort(); return x.length; }\n${loop("f(x);")}`],
  ["changes it by another name", `function f(x) { const y = x; y.push(1); return y.length; }\n${loop("f(x);")}`],
  ["changes what is in it", `function f(x) { const y = [...x]; y[0].n = 1; return y.length; }\n${loop("f(x);")}`],
  [
    "changes elements in a callback",
    `function f(x) { return x.map((y) => { y.n = 1; return y; }); }\n${loop("f(x);")}`,
  ],
  ["calls what it is given", `function f(x, g) { return g(x) + Math.sqrt(x); }\n${loop("f(x, all);")}`],
  ["hands what it is given to map", `function f(x, g) { return x.map(g); }\n${loop("f(x, all);")}`],
  ["waits", `async function f(x) { return Math.sqrt(x); }\n${loop("f(x);")}`],
  ["gives one after the other", `function* f(x) { yield Math.sqrt(x); }\n${loop("f(x);")}`],
  ["asks a pattern where it was", `const P = /a/g;\nfunction f(x) { return P.test(x); }\n${loop("f(x);")}`],
  ["calls what another file has", `import { g } from "./g.js";\nfunction f(x) { return g(x); }\n${loop("f(x);")}`],
  ["is called once", "function f(x) { return Math.sqrt(x); }\nexport const y = f(1);\n"],
  ["is a sum", `const f = (x) => x + 1;\n${loop("f(x);")}`],
  ["takes them all", `const f = (...x) => Math.max(...x);\n${loop("f(x);")}`],
  [
    "says what type it is",
    "function f(x: unknown): x is string { return String(x) === x; }\nexport const ys = (xs: unknown[]) => xs.filter((x) => f(x));\n",
  ],
  [
    "gives what its caller changes",
    `function f(x: string): string[] { return x.split(","); }\n${loop("const parts = f(x); parts.sort();")}`,
  ],
  [
    "gives what its caller changes at once",
    `function f(x: string): string[] { return x.split(","); }\n${loop("f(x).push('');")}`,
  ],
  [
    "gives what its caller's caller changes",
    `function f(x: string): string[] { return x.split(","); }\nconst g = (x: string): string[] => f(x);\n${loop("g(x).sort();")}`,
  ],
  [
    "reads a member that is changed",
    `function f(x: { n: number }): number { return Math.sqrt(x.n); }\n${loop("f(x); x.n++;")}`,
  ],
  [
    "has an argument of a type with a member that is changed",
    `interface State { n: number; heads: string[] }\nfunction f(x: State): number { return Math.sqrt(x.n); }\n${loop("f(x); x.heads.push('');")}`,
  ],
  [
    "gives a list to other files",
    `export function f(x: string): string[] { return x.split(","); }\n${loop("f(x).join();")}`,
  ],
  [
    "gives it by another of them",
    `function f(x: string): string[] { return x.split(","); }\nexport const g = (x: string): string[] => f(x);\n${loop("g(x).join();")}`,
  ],
  [
    "is given what its caller changes",
    `const f = (x: string[], i: number): boolean => x[i]!.startsWith("-");\nexport function g(x: string[]) { const y = [...x]; let n = 0; for (let i = 0; i < 2; i++) if (f(y, i)) y[i] = "";\n return n; }`,
  ],
  [
    "is given what its caller has changed by another",
    `const f = (x: number[]): number => Math.max(...x);\nconst turn = (x: number[]): void => { x[0] = 0; };\nexport function g(x: number[]) { const y = [...x]; while (f(y) > 1) turn(y); return y.length; }`,
  ],
  [
    "makes an object that is kept",
    `function f(x: string): object { return { name: x.trim() }; }\n${loop("xs.push(f(x));")}`,
  ],
])("a function is left alone that %s", async (_why, text) => {
  const names = [...(await applied(memo, "a.ts", text)).keys()];
  expect(names.filter((name) => name === "remember what f gave" || name === "remember what g gave")).toEqual([]);
});
