import { expect, it } from "vitest";

import { queues } from "../../../../../src/propose/rules/faster/python/queues.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

it("makes a deque of what is emptied from its beginning", async () => {
  const after = await rewritten(
    queues,
    `def reach(links, start):
    queue = [start]
    seen = {start}
    while len(queue) > 0 and queue:
        here = queue.pop(0)
        for there in links[here]:
            if there not in seen and there not in queue:
                seen.add(there)
                queue.append(there)
        if here == 2:
            queue.insert(0, 5)
            queue.append(6)
            print(queue[0], queue[-1])
            print(queue.pop())
        for x in queue:
            print(x)
    return seen
print(reach({0: [1, 2], 1: [2, 3], 2: [0], 3: [4], 4: [], 5: []}, 0))
`,
  );
  expect(after).toContain("import collections\n");
  expect(after).toContain("queue = collections.deque([start])");
  expect(after).toContain("here = queue.popleft()");
  expect(after).toContain("queue.appendleft(5)");
});

const walk = (more: string, made = "[1]") =>
  `def f(xs):\n    queue = ${made}\n    while queue:\n        x = queue.pop(0)\n        ${more}\n`;

it.each([
  ["a list that is sorted", walk("queue.sort()")],
  ["a list that is looked into, which is slow in the middle of a deque", walk("print(queue[3])")],
  ["a list that is given back", walk("return queue")],
  ["a list that is printed", walk("print(queue)")],
  ["a list that is compared", walk("print(queue == [1])")],
  ["what need not be a list", walk("pass", "xs")],
  ["a parameter", "def f(queue):\n    while queue:\n        queue.pop(0)\n"],
  ["another place", "def f():\n    queue = [1]\n    while queue:\n        queue.pop(1)\n"],
])("leaves alone %s", async (_what, text) => {
  expect([...(await applied(queues, "a.py", text)).keys()]).toEqual([]);
});
