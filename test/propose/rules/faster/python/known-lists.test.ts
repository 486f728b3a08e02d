import { expect, it } from "vitest";

import { membership } from "../../../../../src/propose/rules/faster/membership.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

it("makes a set of what is only grown and asked", async () => {
  const after = await rewritten(
    membership,
    "def f(xs):\n    seen = []\n    n = 0\n    for x in xs:\n        if x not in seen:\n            seen.append(x)\n            n += 1\n    return n\nprint(f([1, 2, 1, 3]))\n",
  );
  expect(after).toContain("seen = set()");
  expect(after).toContain("seen.add(x)");
});

it("keeps the order of what is gone through, and all else that a list has", async () => {
  const after = await rewritten(
    membership,
    `import copy
import json

def unique(xs):
    found = []
    for x in xs:
        if x not in found:
            found.append(x)
    print(9 in found, 2.0 in found, [1] in found, float("nan") in found)
    return found

xs = unique([3, 1, 2, 3, (1, 2), "a", 1])
print(xs, xs[0], len(xs), xs == [3, 1, 2, (1, 2), "a"], json.dumps(xs), copy.deepcopy(xs), isinstance(xs, list))
for change in (
    lambda: xs.insert(0, 7), lambda: xs.pop(), lambda: xs.remove(1), lambda: xs.reverse(), lambda: xs.extend([9, 9]),
    lambda: xs.__setitem__(0, 8), lambda: xs.__delitem__(0), lambda: xs.append([1]), lambda: xs.pop(),
    lambda: xs.__iadd__([4]), lambda: xs.__imul__(2), lambda: xs.__setitem__(slice(0, 2), [11, 12]), lambda: xs.clear(),
):
    other = copy.copy(xs)
    change()
    print(xs, [x in xs for x in (1, 2, 3, 4, 7, 8, 9, 11, "a", (1, 2), [1])], [x in other for x in (1, 2, 3)])
`,
  );
  expect(after).toContain("found = KnownList()");
});

it.each([
  [
    `class Shop:
    def __init__(self):
        self.seen = []
    def add(self, x):
        if x in self.seen:
            return False
        self.seen.append(x)
        return True
s = Shop()
print([s.add(x) for x in (1, 2, 1)], s.seen)
`,
    "self.seen = KnownList()",
  ],
  [
    `groups = {}
for k, v in [("a", 1), ("a", 1), ("b", 2)]:
    if k not in groups:
        groups[k] = {"n": 0, "all": []}
    if v not in groups[k]["all"]:
        groups[k]["all"].append(v)
print(groups)
`,
    `"all": KnownList()`,
  ],
  [
    `from collections import defaultdict
groups = defaultdict(list)
for k, v in [("a", 1), ("a", 1), ("b", 2)]:
    if v not in groups[k]:
        groups[k].append(v)
print(dict(groups))
`,
    "defaultdict(KnownList)",
  ],
  [
    `groups = {}
for k, v in [("a", 1), ("a", 1), ("b", 2)]:
    if v not in groups.setdefault(k, []):
        groups[k].append(v)
    print(v in groups[k])
print(groups)
`,
    "groups.setdefault(k, KnownList())",
  ],
  [
    `STOP = "a an the".split()
def f(words):
    return [w for w in words if w not in STOP]
print(f(["the", "cat"]), STOP[0])
`,
    `STOP = KnownList("a an the".split())`,
  ],
  [
    `def f(words, known):
    n = 0
    for w in words:
        if w in known:
            n += 1
    return n
print(f("abc", ["a", "b"]), f("abc", "bcd"), f(["ab"], "abc"), f("abc", {"a": 1}))
`,
    "known_set = set(known) if isinstance(known, (list, tuple)) else known",
  ],
  [
    `def f(xs, ys):
    return [x for x in xs if x["id"] in [y["id"] for y in ys]]
print(f([{"id": 1}, {"id": 2}], [{"id": 2}]))
`,
    `wanted = set([y["id"] for y in ys])`,
  ],
])("knows what is in a list of an object, a table or a caller: %#", async (text, made) => {
  expect(await rewritten(membership, text)).toContain(made);
});

it("defines the class once", async () => {
  const text =
    "def f(xs):\n    a = []\n    b = []\n    for x in xs:\n        if x in a or x in b:\n            a.append(x)\n            b.append(x)\n    return a, b\n";
  const [first = ""] = (await applied(membership, "a.py", text)).values();
  const again = [...(await applied(membership, "a.py", first)).values()];
  expect(again.map((after) => after.split("class KnownList").length)).toEqual([2]);
  expect(again[0]).toContain("b = KnownList()");
});

it.each([
  ["a table", "words = {}\nx = 1 in words\n"],
  [
    "a heap, which is changed without asking the list",
    "import heapq\nq = [3]\nheapq.heappush(q, 1)\nx = 1 in q\nq.pop()\n",
  ],
  ["a list of names, which need not have hashes", "def f(x, a, b):\n    return x in [a, b]\n"],
  ["what a function gives", "def f():\n    words = load()\n    return 1 in words\n"],
  ["a parameter without a loop", "def f(x, words):\n    return x in words\n"],
  [
    "a parameter that a loop changes",
    "def f(xs, words):\n    for x in xs:\n        if x in words:\n            words.append(x)\n",
  ],
])("leaves alone %s", async (_what, text) => {
  expect([...(await applied(membership, "a.py", text)).keys()]).toEqual([]);
});
