import { describe, expect, it } from "vitest";

import { listed } from "../../../../../src/propose/rules/faster/rust/listed.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const isHere = canCompile("rs");

describe("listed", () => {
  const text = `struct Names { all: Vec<String> }
struct Other { all: Vec<u8> }
fn first(xs: &[u32]) -> Vec<u32> {
    let mut seen = Vec::new();
    for x in xs {
        if !seen.contains(x) {
            seen.push(*x);
        }
    }
    seen
}
fn opened() -> bool {
    let mut open: Vec<u32> = vec![1, 2, 1];
    let out = open.remove(0);
    if open.pop() == Some(1) { !open.contains(&out) } else { false }
}
fn main() {
    let mut names = Names { all: Vec::new() };
    for name in ["b", "a", "b"] {
        if !names.all.contains(&name.to_string()) {
            names.all.push(name.to_string());
        }
    }
    names.all.sort();
    let other = Other { all: vec![1] };
    println!("{:?} {} {} {} {:?}", first(&[3, 1, 3]), names.all.join(","), opened(), first(&[2])[0], other.all.len());
}
`;

  it("counts what is in a list, and keeps its order", async () => {
    const made = await applied(listed, "a.rs", text);
    expect([...made.keys()].sort()).toEqual(
      ["Names.all", "Other.all", "open", "seen"].map((name) => `${name} counts what is in it`),
    );
    for (const after of made.values()) if (isHere) expect(printed("rs", after)).toBe("[3, 1] a,b true 2 1\n");
  });
});
