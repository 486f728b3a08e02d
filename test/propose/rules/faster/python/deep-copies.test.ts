import { expect, it } from "vitest";

import { deepCopies } from "../../../../../src/propose/rules/faster/python/deep-copies.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

it.each([
  "import copy\n\nf = copy.deepcopy\ng = lambda x: copy.deepcopy(x)\n",
  "from copy import deepcopy\ng = lambda x: deepcopy(x)\n",
])("copies all that deepcopy copies, and keeps what is one thing one thing: %#", async (imports) => {
  const after = await rewritten(
    deepCopies,
    `${imports}
class Thing:
    def __init__(self):
        self.xs = [1]
class Words(list):
    pass
row = [0, 1]
loop = [1]
loop.append(loop)
deep = []
for i in range(3000):
    deep = [deep] if i < 300 else deep
for value in ([[1, 2], [3, [4]]], {"a": [1], (1, 2): {3}}, [row, row], (1, ([],)), Words([[1]]), "text", None, {1, (2, 3)}, deep):
    other = g(value)
    print(other == value, type(other), other is value, repr(other)[:60])
rows = g([row, row])
rows[0][0] = 9
print(rows, row, rows[0] is rows[1])
grid = [[1], [2]]
other = g(grid)
other[0].append(3)
print(grid, other)
again = g(loop)
print(again[1] is again)
thing = g([Thing()])
print(thing[0].xs)
t = (1, (2, "a"))
print(g(t) is t, g(((1, []),))[0] == (1, []))
`,
  );
  expect(after).toContain("plain_copy(x)");
});

it("leaves alone a copy with what was copied before", async () => {
  const text = "import copy\ndef f(x, known):\n    return copy.deepcopy(x, known), copy.copy(x)\n";
  expect([...(await applied(deepCopies, "a.py", text)).keys()]).toEqual([]);
});
