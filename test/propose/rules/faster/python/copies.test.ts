import { expect, it } from "vitest";

import { copies } from "../../../../../src/propose/rules/faster/copies.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

it.each([
  ["def f(xs):\n    n = 0\n    for x in list(xs):\n        n += x\n    return n\nprint(f([1, 2]))\n", "for x in xs:"],
  ["def f(xs):\n    return [x + 1 for x in xs[:]]\nprint(f([1, 2]))\n", "for x in xs]"],
  ["def f(d):\n    return sum(list(d.values()))\nprint(f({1: 2}))\n", "sum(d.values())"],
  ["def f(d):\n    return 1 in list(d.keys())\nprint(f({1: 2}))\n", "1 in d.keys()"],
])("leaves out a copy that is read on the spot: %#", async (text, after) => {
  expect(await rewritten(copies, text)).toContain(after);
});

it.each([
  [
    "a list that shrinks while its copy is gone through",
    "def f(xs):\n    for x in list(xs):\n        if x:\n            xs.remove(x)\n",
  ],
  ["a slice of such a list", "def f(xs):\n    for x in xs[:]:\n        xs.append(x)\n"],
  ["a table that shrinks", "def f(d):\n    for k in list(d.keys()):\n        del d[k]\n"],
  [
    "a table that a function may change",
    "class A:\n    def __init__(self):\n        self.d = {}\n    def drop(self, k):\n        self.d.pop(k)\n    def f(self):\n        for k in list(self.d):\n            self.drop(k)\n",
  ],
  [
    "a copy with a name",
    "import copy\ndef f(xs, d):\n    ys = list(xs)\n    zs = xs[:]\n    e = d.copy()\n    g = copy.deepcopy(d)\n    return ys, zs, e, g\n",
  ],
  ["a copy that is kept", "def f(xs, all):\n    all.append(list(xs))\n    all.append(xs[:])\n"],
])("keeps the copy of %s", async (_what, text) => {
  expect([...(await applied(copies, "a.py", text)).keys()]).toEqual([]);
});
