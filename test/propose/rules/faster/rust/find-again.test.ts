import { expect, it } from "vitest";

import { findAgain } from "../../../../../src/propose/rules/faster/rust/find-again.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const TEXT = `struct Item { name: String, sum: usize }
struct Stock { items: Vec<Item> }
impl Stock {
    fn place(&self, name: &str) -> Option<usize> {
        self.items.iter().position(|item| item.name == name)
    }
    fn get(&self, name: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.name == name)
    }
    fn add(&mut self, name: &String) {
        match self.items.iter_mut().find(|item| &item.name == name) {
            Some(item) => item.sum += 1,
            None => self.items.push(Item { name: name.clone(), sum: 1 }),
        }
    }
}
fn main() {
    let mut stock = Stock { items: Vec::new() };
    for i in 0..50 {
        stock.add(&format!("n{}", i * 3 % 7));
    }
    for i in 0..8 {
        let name = format!("n{}", i);
        println!("{:?} {:?}", stock.place(&name), stock.get(&name).map(|item| item.sum));
    }
}
`;

it("looks first where it was the last time, and finds the same", async () => {
  const made = [...(await applied(findAgain, "a.rs", TEXT)).values()];
  expect(made).toHaveLength(3);
  expect(made[2]).toContain("match (match place_of(&self.items, &(name), |item| &item.name == name)");
  if (canCompile("rs")) for (const after of made) expect(printed("rs", after)).toBe(printed("rs", TEXT));
});

it.each([
  ["whose keys change", TEXT.replace("item.sum += 1", "item.name = String::new()")],
  [
    "that is sorted",
    TEXT.replace("    for i in 0..8", "    stock.items.sort_by_key(|item| item.sum);\n    for i in 0..8"),
  ],
  ["for a constant", TEXT.replace(/name == name|== name/g, '== "n1"')],
  ["of a list of its own", "fn f(n: u8) { let xs = g(); h(xs.iter().position(|x| x.id == n)); }\n"],
])("leaves alone a search %s", async (_what, text) => {
  expect([...(await applied(findAgain, "a.rs", text)).keys()]).toEqual([]);
});
