import { expect, it } from "vitest";

import { placesAndCounts } from "../../../../../src/propose/rules/faster/python/places-and-counts.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

it.each([
  [
    "def f(text):\n    words = text.split()\n    n = {}\n    for w in set(words):\n        n[w] = words.count(w) + words.count('x')\n    return sorted(n.items())\nprint(f('a b a'))\n",
    "n[w] = words_counts[w] + words.count('x')",
  ],
  [
    "def f(text):\n    words = text.split()\n    return [words.count(w) for w in 'abc']\nprint(f('a b a'))\n",
    "words_counts = collections.Counter(words)",
  ],
  [
    "def f(xs):\n    order = sorted(xs)\n    for x in xs:\n        print(order.index(x))\nf([3, 1, 3, 2])\n",
    "print(order_places[x])",
  ],
])("looks up places and counts: %#", async (text, after) => {
  expect(await rewritten(placesAndCounts, text)).toContain(after);
});

it.each([
  ["a text, which counts pieces of itself", "def f(text):\n    for w in 'ab':\n        print(text.count(w))\n"],
  [
    "a list that grows",
    "def f(xs):\n    ys = [1]\n    for x in xs:\n        print(ys.count(x))\n        ys.append(x)\n",
  ],
  [
    "what is a text in between",
    "def f(xs):\n    ys = [1]\n    ys = ''\n    for x in xs:\n        print(ys.count(x))\n",
  ],
  [
    "a missing value that is waited for",
    "def f(xs):\n    ys = [1]\n    for x in xs:\n        try:\n            print(ys.index(x))\n        except ValueError:\n            pass\n",
  ],
  ["a place behind another", "def f(xs):\n    ys = [1]\n    for x in xs:\n        print(ys.index(x, 2))\n"],
])("leaves alone %s", async (_what, text) => {
  expect([...(await applied(placesAndCounts, "a.py", text)).keys()]).toEqual([]);
});
