import { expect, it } from "vitest";

import { memo } from "../../../../../src/propose/rules/faster/memo/memo.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

const CACHE = "@functools.lru_cache(maxsize=1 << 18, typed=True)";

it.each([
  [
    "paths",
    "def paths(x, y):\n    return 1 if x == 0 or y == 0 else paths(x - 1, y) + paths(x, y - 1)\nprint(paths(5, 5))\n",
  ],
  [
    "a table of its own",
    `def far(a, b):
    rows = [list(range(len(b) + 1))]
    for i, x in enumerate(a):
        rows.append([i + 1] * (len(b) + 1))
        for j, y in enumerate(b):
            rows[i + 1][j + 1] = min(rows[i][j + 1] + 1, rows[i + 1][j] + 1, rows[i][j] + (x != y))
    return rows[-1][-1]
print([far(a, b) for a in ("cat", "cow") for b in ("cat", "bat")])
`,
  ],
  [
    "texts of an enclosing function",
    `def common(a, b):
    def go(i, j):
        if i == len(a) or j == len(b):
            return 0
        return 1 + go(i + 1, j + 1) if a[i] == b[j] else max(go(i + 1, j), go(i, j + 1))
    return go(0, 0)
print(common("abcbdab", "bdcaba"))
`,
  ],
  [
    "what an object got when it was made",
    `class Sale:
    def __init__(self, time):
        self.time = time
    def hour(self):
        return self.time // 60
sales = [Sale(i * 7) for i in range(20)]
print([s.hour() for s in sales], [s.hour() for s in sales])
`,
  ],
  [
    "a list that is only gone through",
    `def words(text):
    return text.split()
def f(texts):
    n = 0
    for a in texts:
        for w in words(a):
            n += len(w)
    return n
print(f(["a b", "c", "a b"]))
`,
  ],
  ["whole numbers and fractions apart", "def f(x):\n    return x * 2\nprint([f(x) for x in (1, 1.0, True, 2)])\n"],
  ["a table that nobody changes", "COST = {'a': 1}\ndef f(x):\n    return COST[x] * 2\nprint([f(x) for x in 'aaa'])\n"],
])("remembers %s", async (_what, text) => {
  expect(await rewritten(memo, text)).toContain(CACHE);
});

it.each([
  ["a table that changes", "COST = {'a': 1}\ndef f(x):\n    return COST[x] * 2\nfor x in 'aaa':\n    COST[x] = f(x)\n"],
  [
    "a table that a function changes",
    "COST = {'a': 1}\ndef more(t):\n    t['a'] += 1\ndef f(x):\n    return COST[x] * 2\nfor x in 'aaa':\n    f(x)\n    more(COST)\n",
  ],
  [
    "a name that is given another value",
    "rate = 1\ndef f(x):\n    return x * rate\nfor x in 'aaa':\n    f(x)\nrate = 2\nf(1)\n",
  ],
  [
    "a name that is global elsewhere",
    "rate = 1\ndef g():\n    global rate\n    rate += 1\ndef f(x):\n    return x * rate\nfor x in 'aaa':\n    f(x)\n    g()\n",
  ],
  [
    "a member that changes later",
    "class P:\n    def __init__(self):\n        self.wins = 0\ndef f(p):\n    return p.wins * 2\ndef g(ps):\n    for p in ps:\n        p.wins += 1\n        f(p)\n",
  ],
  [
    "a list of an object that grows",
    "class P:\n    def __init__(self):\n        self.xs = []\n    def total(self):\n        return sum(self.xs)\ndef g(ps):\n    for p in ps:\n        p.xs.append(1)\n        p.total()\n",
  ],
  ["a member that another file gives", "def f(p):\n    return p.wins * 2\ndef g(ps):\n    return [f(p) for p in ps]\n"],
  [
    "objects that say what they are like",
    "class P:\n    def __init__(self, a, b):\n        self.a = a\n        self.b = b\n    def __eq__(self, o):\n        return self.a == o.a\n    def __hash__(self):\n        return 1\ndef f(p):\n    return p.b\ndef g(ps):\n    return [f(p) for p in ps]\n",
  ],
  [
    "a list that its caller changes",
    "def words(text):\n    return text.split()\ndef f(texts):\n    for a in texts:\n        ws = words(a)\n        ws.append(a)\n",
  ],
  [
    "a list that its caller gives back",
    "def words(text):\n    return [w for w in text]\ndef f(texts):\n    return [words(a) for a in texts]\n",
  ],
  [
    "a list whose function is handed on",
    "def words(text):\n    return text.split()\ndef f(texts):\n    for a in texts:\n        n = len(words(a))\n    return list(map(words, texts))\n",
  ],
  ["what has been decorated", "@cached\ndef f(x):\n    return f(x - 1)\n"],
  ["what draws", "import random\ndef f(x):\n    return random.random() + x\nys = [f(x) for x in 'aa']\n"],
  [
    "what prints by way of another",
    "def say(x):\n    print(x)\n    return x\ndef f(x):\n    return say(x)\nys = [f(x) for x in 'aa']\n",
  ],
])("forgets %s", async (_what, text) => {
  expect([...(await applied(memo, "a.py", text)).keys()]).toEqual([]);
});
