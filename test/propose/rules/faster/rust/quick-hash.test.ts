import { describe, expect, it } from "vitest";

import { quickHash } from "../../../../../src/propose/rules/faster/rust/quick-hash.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const isHere = canCompile("rs");

describe("quick-hash", () => {
  const text = `use std::collections::{BTreeMap, HashMap, HashSet};
#[derive(Clone, Debug, Default)]
struct A { m: HashMap<String, Vec<u8>> }
fn main() {
    let mut a = A { m: HashMap::new() };
    a.m.entry(String::from("key of some length")).or_insert_with(Vec::new).push(1);
    let mut n = HashMap::<u64, HashMap<u8, i32>>::with_capacity(4);
    n.entry(7).or_insert_with(HashMap::new).insert(1, 2);
    let s = HashSet::from([(1usize, 'a'), (2, 'b')]);
    let t: HashSet<&str> = ["x", "y"].into_iter().collect();
    let b: BTreeMap<u8, u8> = BTreeMap::new();
    println!("{} {} {} {} {}", a.m["key of some length"].len(), n[&7][&1], s.contains(&(2, 'b')), t.contains("z"), b.len());
}
`;

  it("gives the maps and sets of a file another hash, in every way in which they are made", async () => {
    const [after] = [...(await applied(quickHash, "a.rs", text)).values()];
    expect(after).toContain("use std::collections::{BTreeMap, HashMap as StdHashMap, HashSet as StdHashSet};");
    expect(after).toContain("HashMap::<u64, HashMap<u8, i32>>::with_capacity_and_hasher(4, Default::default())");
    expect(after).toContain("or_insert_with(HashMap::default)");
    if (isHere) expect(printed("rs", after ?? "")).toBe("1 2 true false 0\n");
  });

  it.each([
    [
      "that have a hash already",
      "use std::collections::HashMap as Map;\nfn f() { let m: Map<u8, u8> = Map::new(); }\n",
    ],
    [
      "of a module within",
      "mod m {\n    use std::collections::HashMap;\n    fn f() { let m: HashMap<u8, u8> = HashMap::new(); }\n}\n",
    ],
    ["that are named in full", "fn f() { let m = std::collections::HashMap::<u8, u8>::new(); }\n"],
  ])("leaves alone those %s", async (_what, code) => {
    expect([...(await applied(quickHash, "a.rs", code)).keys()]).toEqual([]);
  });

  it("is done once", async () => {
    const [after] = [...(await applied(quickHash, "a.rs", text)).values()];
    expect([...(await applied(quickHash, "a.rs", after ?? "")).keys()]).toEqual([]);
  });
});
