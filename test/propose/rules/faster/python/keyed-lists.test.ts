import { expect, it } from "vitest";

import { keyedLists } from "../../../../../src/propose/rules/faster/python/keyed-lists.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

const ITEM = `class Item:
    def __init__(self, code, n):
        self.code = code
        self.n = n
`;
const SHOP = `${ITEM}class Shop:
    def __init__(self):
        self.items = []
    def add(self, code, n):
        item = self.find(code)
        if item is None:
            self.items.append(Item(code, n))
        else:
            item.n += n
    def find(self, code):
        for item in self.items:
            if item.code == code:
                return item
        return None
shop = Shop()
for i in range(20):
    shop.add(i % 7, i)
`;

it("finds rows of a member, whatever becomes of the list", async () => {
  const after = await rewritten(
    keyedLists,
    `${SHOP}items = shop.items
for change in (
    lambda: None, lambda: items.pop(0), lambda: items.insert(0, Item(0, -1)), lambda: items.reverse(), lambda: items.sort(key=lambda x: x.n),
    lambda: items.__setitem__(0, Item(6, 66)), lambda: items.__delitem__(1), lambda: items.extend([Item([1], 1), Item(9, 9)]),
    lambda: items.append(object()), lambda: items.pop(), lambda: items.__imul__(2), lambda: items.clear(),
):
    change()
    try:
        print([(shop.find(code) or Item(0, None)).n for code in (0, 1, 2, 3, 4, 5, 6, 9, [1], 10)])
    except AttributeError as error:
        print(error)
`,
  );
  expect(after).toContain("self.items = KeyedList()");
  expect(after).toContain('for item in rows_having(self.items, "code", code):\n            if item.code == code:');
});

it("takes the one row out that is found", async () => {
  const after = await rewritten(
    keyedLists,
    SHOP.replace(
      "return item\n        return None",
      "self.items.remove(item)\n                return item\n        return None",
    ) + "print([(x.code, x.n) for x in shop.items], shop.find(3).n, shop.find(3), len(shop.items))\n",
  );
  expect(after).toContain("rows_having(self.items");
});

it("finds rows of what a function is given", async () => {
  const after = await rewritten(
    keyedLists,
    `${ITEM}def find(items, code):
    return next((x for x in items if x.code == code), None)
def main():
    mine = []
    for i in range(9):
        if find(mine, i % 4) is None:
            mine.append(Item(i % 4, i))
    return [x.n for x in mine]
print(main(), find([Item(1, 2)][:], 1).n if False else "")
`.replace(', find([Item(1, 2)][:], 1).n if False else ""', ""),
  );
  expect(after).toContain("mine = KeyedList()");
});

it.each([
  ["a member that changes", SHOP.replace("item.n += n", "item.code = code")],
  ["a member that another file gives", SHOP.replace("self.code = code", "pass")],
  ["a list that need not be one", SHOP.replace("self.items = []", "self.items = load()")],
  [
    "rows that leave the list while it is gone through",
    SHOP.replace("return item\n        return None", "self.items.remove(item)"),
  ],
  ["a heap", `import heapq\n${SHOP}heapq.heapify([])\n`],
  [
    "what is given from elsewhere",
    `${ITEM}def find(items, code):\n    return [x for x in items if x.code == code]\ndef g(xs):\n    return find(load(xs), 1)\n`,
  ],
  [
    "a scan in a loop",
    `${ITEM}def f(items, codes):\n    for c in codes:\n        print([x for x in items if x.code == c])\nmine = []\nf(mine, [1])\n`,
  ],
])("leaves alone %s", async (_what, text) => {
  expect([...(await applied(keyedLists, "a.py", text)).keys()]).toEqual([]);
});
