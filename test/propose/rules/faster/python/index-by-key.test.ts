import { expect, it } from "vitest";

import { indexByKey } from "../../../../../src/propose/rules/faster/python/index-by-key.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

const ORDERS = `class Order:
    def __init__(self, customer, total):
        self.customer = customer
        self.total = total
    def key(self):
        return self.customer.lower()
orders = [Order("ab"[i % 2], i) for i in range(9)]
people = [{"id": x} for x in "bac"]
labels = [i % 3 for i in range(9)]
`;

it("reads a table that is made once before the loop", async () => {
  const after = await rewritten(
    indexByKey,
    `${ORDERS}for person in people:\n    mine = [o.total for o in orders if o.customer == person["id"] and o.total]\n    print(mine)\n`,
  );
  expect(after).toContain(`orders_by_customer = {}
for o in orders:
    orders_by_customer.setdefault(o.customer, []).append(o)
for person in people:
    mine = [o.total for o in orders_by_customer.get(person["id"], ()) if o.customer == person["id"] and o.total]
`);
});

it.each([
  [
    `for p in people:\n    for o in orders:\n        if p["id"] == o.customer:\n            print(o.total)\n`,
    "orders_by_customer",
  ],
  [
    `def f():\n    return [(p["id"], o.total) for p in people for o in orders if o.key() == p["id"]]\nprint(f())\n`,
    "orders_by_key",
  ],
  [
    `def f():\n    return [o.total for o in orders if not any(p["id"] == o.customer for p in people)]\nprint(f())\n`,
    "people_by_id",
  ],
  [`for c in range(3):\n    print([i for i in range(len(labels)) if labels[i] == c])\n`, "labels_by_labels"],
  [`for c in range(3):\n    print([x for i, x in enumerate(labels) if i == c])\n`, "labels_by_i"],
  [`nan = float("nan")\nxs = [nan, 1.0]\nfor a in xs:\n    print([x for x in xs if x == a])\n`, "xs_by_x"],
  [`o = 3\nfor p in people:\n    print(sum(1 for o in orders if o.customer == p["id"]), o)\n`, "orders_by_customer"],
])("finds rows by their keys: %#", async (loop, name) => {
  expect(await rewritten(indexByKey, ORDERS + loop)).toContain(`${name} = {}`);
});

it.each([
  `sums = []
for o in orders:
    found = None
    for s in sums:
        if s["name"] == o.customer:
            found = s
            break
    if found is None:
        found = {"name": o.customer, "total": 0}
        sums.append(found)
    found["total"] += o.total
print(sums)
`,
  `class Sums:
    def __init__(self):
        self.all = []
    def count(self, orders):
        for o in orders:
            one = next((s for s in self.all if s.customer == o.customer), None)
            if one is None:
                one = Order(o.customer, 0)
                self.all.append(one)
            one.total += o.total
        return [(s.customer, s.total) for s in self.all]
print(Sums().count(orders))
`,
])("finds rows of a list that grows meanwhile: %#", async (loop) => {
  expect(await rewritten(indexByKey, ORDERS + loop)).toMatch(/(?:sums|all)_known = len/);
});

it.each([
  [
    "a list that grows while it is gone through",
    `for p in people:\n    for q in people:\n        if q["id"] == p["id"] and len(people) < 9:\n            people.append(p)\n`,
  ],
  [
    "a list that another grows",
    `class S:\n    def __init__(self):\n        self.all = []\n    def add(self, o):\n        self.all.insert(0, o)\n    def f(self):\n        for o in orders:\n            if not any(x.customer == o.customer for x in self.all):\n                self.add(o)\n`,
  ],
  [
    "an element with a name of its own for its key",
    `for p in people:\n    for q in people:\n        if q["id"] == p["id"]:\n            for k in p:\n                q[k] = 3\n`,
  ],
  [
    "a list that gets shorter",
    `for p in people:\n    print([q for q in people if q["id"] == p["id"]])\n    if len(people) < 9:\n        people.pop()\n`,
  ],
  [
    "a key that changes",
    `for p in people:\n    for o in orders:\n        if o.customer == p["id"]:\n            o.customer = 1\n`,
  ],
  [
    "a key that a function changes",
    `def f(o):\n    o.customer = 1\nfor p in people:\n    for o in orders:\n        if o.customer == p["id"]:\n            f(o)\n`,
  ],
  [
    "a list that a function makes longer",
    `def f():\n    orders.append(orders[0])\nfor p in people:\n    print([o for o in orders if o.customer == p["id"]])\n    f()\n`,
  ],
  [
    "a list that is handed on",
    `import random\nfor p in people:\n    random.shuffle(orders)\n    print([o for o in orders if o.customer == p["id"]])\n`,
  ],
  [
    "a list with a second name",
    `others = orders\nfor p in people:\n    others.append(orders[0])\n    print([o for o in orders if o.customer == p["id"]])\n`,
  ],
  [
    "what is read but once",
    `lines = iter(orders)\nfor p in people:\n    print([o for o in lines if o.customer == p["id"]])\n`,
  ],
  [
    "rows that depend on the loop",
    `for i, p in enumerate(people):\n    print([o for o in orders[i:] if o.customer == p["id"]])\n`,
  ],
  ["the same key in all rounds", `for p in people:\n    print([o for o in orders if o.customer == "a"])\n`],
  ["a scan without a loop around it", `p = people[0]\nprint([o for o in orders if o.customer == p["id"]])\n`],
  ["another comparison", `for p in people:\n    print([o for o in orders if o.customer < p["id"]])\n`],
  [
    "an else",
    `for p in people:\n    for o in orders:\n        if o.customer == p["id"]:\n            print(1)\n        else:\n            print(2)\n`,
  ],
  ["a lambda that is called later", `fs = [lambda: [o for o in orders if o.customer == p["id"]] for p in people]\n`],
])("leaves alone %s", async (_what, loop) => {
  expect([...(await applied(indexByKey, "a.py", ORDERS + loop)).keys()]).toEqual([]);
});
