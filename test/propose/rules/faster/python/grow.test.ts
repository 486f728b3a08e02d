import { expect, it } from "vitest";

import { grow } from "../../../../../src/propose/rules/faster/grow.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

it.each([
  [
    "def f(n):\n    rows = []\n    for i in range(n):\n        rows = rows + [i]\n    return rows\nprint(f(3))\n",
    "rows.extend([i])",
  ],
  [
    "def f(n):\n    d = {}\n    for i in range(n):\n        if i not in d:\n            d = {**d, i: 1}\n    return d\nprint(f(3))\n",
    "d.update({i: 1})",
  ],
])("grows in place what nobody else has: %#", async (text, after) => {
  expect(await rewritten(grow, text)).toContain(after);
});

it.each([
  [
    "a parameter: the path of a caller",
    "def walk(here, path, links):\n    path = path + [here]\n    return [walk(x, path, links) for x in links[here]] or path\n",
  ],
  [
    "a list that was kept as it was",
    "def f(xs):\n    all = []\n    path = []\n    for x in xs:\n        path = path + [x]\n        all.append(path)\n    return all\n",
  ],
  [
    "a list with a second name",
    "def f(xs):\n    path = []\n    before = path\n    for x in xs:\n        path = path + [x]\n    return path, before\n",
  ],
  ["a list that somebody gave", "def f(t):\n    path = t.path\n    path = path + [1]\n    return path\n"],
  [
    "a list that is gone through meanwhile",
    "def f():\n    xs = [1]\n    for x in xs:\n        xs = xs + [x]\n    return xs\n",
  ],
  [
    "a list that a function inside knows",
    "def f():\n    xs = [1]\n    def g():\n        return xs\n    old = g()\n    xs = xs + [2]\n    return old, xs\n",
  ],
])("leaves alone %s", async (_what, text) => {
  expect([...(await applied(grow, "a.py", text)).keys()]).toEqual([]);
});
