import { describe, expect, it } from "vitest";

import { buffered } from "../../../../../src/propose/rules/faster/rust/buffered.ts";
import { charsOnce } from "../../../../../src/propose/rules/faster/rust/chars-once.ts";
import { lent } from "../../../../../src/propose/rules/faster/rust/lent.ts";
import { queues } from "../../../../../src/propose/rules/faster/rust/queues.ts";
import type { Rule } from "../../../../../src/propose/rules/rule.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const PROGRAM = `//! A program.
use std::collections::HashMap;
#[derive(Clone)]
struct Road { to: String, metres: u64 }
struct Network { roads: HashMap<String, Vec<Road>>, names: Vec<String> }
impl Network {
    fn neighbours(&self, place: &str) -> Vec<Road> {
        match self.roads.get(place) {
            Some(roads) => roads.clone(),
            None => Vec::new(),
        }
    }
    fn name(&self, i: usize) -> String {
        if i > 9 {
            return String::new();
        }
        self.names[i].clone()
    }
    fn total(&self) -> u64 {
        let mut total = 0;
        for name in self.names.clone() {
            let first = self.names[0].clone();
            for road in self.neighbours(&name) {
                total += road.metres + (road.to == first) as u64;
            }
        }
        total
    }
}
fn shared(a: &str, b: &str) -> usize {
    let mut count = 0;
    for i in 0..a.chars().count() {
        if a.chars().nth(i) == b.chars().nth(i) {
            count += 1;
        }
    }
    count
}
fn waiting(n: u32) -> u32 {
    let mut queue: Vec<u32> = vec![n];
    let mut seen = 0;
    while !queue.is_empty() {
        let x = queue.remove(0);
        seen += 1;
        if x > 0 {
            queue.push(x / 2);
        }
    }
    seen
}
fn main() {
    let mut network = Network { roads: HashMap::new(), names: vec!["a".to_string(), "b".to_string()] };
    network.roads.insert("a".to_string(), vec![Road { to: "a".to_string(), metres: 5 }]);
    for i in 0..2 {
        println!("{} {}", network.name(i), network.total());
    }
    println!();
    println!("{} {}", shared("müde", "mode"), waiting(9));
}
`;

it.each<readonly [Rule, string, string]>([
  [
    lent,
    "neighbours lends what it gives",
    "-> &[Road] {\n        match self.roads.get(place) {\n            Some(roads) => roads,\n            None => &[],\n",
  ],
  [
    lent,
    "name lends what it gives",
    '-> &str {\n        if i > 9 {\n            return "";\n        }\n        &self.names[i]\n',
  ],
  [lent, "lend self.names to its loop", "for name in self.names.iter() {"],
  [lent, "lend self.names[0] to first", "let first = &self.names[0];"],
  [
    charsOnce,
    "collect the letters of a once before the loop",
    "    let a_chars: Vec<char> = a.chars().collect();\n    for i in 0..a_chars.len() {\n        if a_chars.get(i).copied() == b",
  ],
  [
    queues,
    "queue becomes a ring",
    "let mut queue: std::collections::VecDeque<u32> = std::collections::VecDeque::from(vec![n]);",
  ],
  [
    queues,
    "queue becomes a ring",
    "queue.pop_front().unwrap();\n        seen += 1;\n        if x > 0 {\n            queue.push_back(x / 2);",
  ],
  [buffered, "collect what is printed", "fn main() {\n    let _printed = Printed;\n"],
])("%o: %s, and the program says the same", async (rule, description, line) => {
  const after = (await applied(rule, "a.rs", PROGRAM)).get(description) ?? "";
  expect(after).toContain(line);
  const isWhole = !description.includes("[0] to first");
  if (canCompile("rs") && isWhole) expect(printed("rs", after)).toBe("a 6\nb 6\n\n3 5\n");
});

it("what is printed before a panic is written", async () => {
  const text = 'fn main() {\n    for i in 0..3 {\n        println!("{}", 2 / (2 - i));\n    }\n}\n';
  const after = (await applied(buffered, "a.rs", text)).get("collect what is printed") ?? "";
  expect(after).toContain("macro_rules! println");
  if (canCompile("rs"))
    expect(() => printed("rs", after)).toThrow(expect.objectContaining({ stdout: "1\n2\n" }) as Error);
});

describe("it leaves alone", () => {
  const loud = (code: string) =>
    `fn main() {\n    for i in 0..9 {\n        println!("{}", i);\n    }\n    ${code}\n}\n`;
  it.each<readonly [string, Rule, string]>([
    ["what is printed by a program that exits", buffered, loud("std::process::exit(1);")],
    ["what is printed by threads", buffered, loud("std::thread::spawn(f);")],
    ["questions and answers", buffered, loud("std::io::stdin().read_line(&mut line);")],
    ["one line", buffered, 'fn main() { println!("a"); }\n'],
    [
      "a text that grows",
      charsOnce,
      "fn f() {\n    while go {\n        s.push('a');\n        g(s.chars().nth(i));\n    }\n}\n",
    ],
    ["a text of each round", charsOnce, "fn f() {\n    for s in texts {\n        g(s.chars().nth(0));\n    }\n}\n"],
    ["a letter that is asked for once", charsOnce, "fn f() { g(s.chars().nth(0)); }\n"],
    ["vectors that lose their last element", queues, "fn f() { let mut q = Vec::new(); q.push(1); q.pop(); }\n"],
    ["what a function makes", lent, "fn f(n: &u8) -> Vec<u8> { if n > 1 { return g(n); } n.x.clone() }\n"],
    ["copies that are changed", lent, "fn f() { let mut x = a[0].clone(); x.n = 1; }\n"],
  ])("%s", async (_what, rule, text) => {
    expect([...(await applied(rule, "a.rs", text)).keys()]).toEqual([]);
  });
});
