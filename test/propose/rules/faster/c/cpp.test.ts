import { describe, expect, it } from "vitest";

import { atOnce } from "../../../../../src/propose/rules/faster/at-once.ts";
import { append } from "../../../../../src/propose/rules/faster/c/append.ts";
import { madeOnce } from "../../../../../src/propose/rules/faster/c/made-once.ts";
import { queues } from "../../../../../src/propose/rules/faster/c/queues.ts";
import { streams } from "../../../../../src/propose/rules/faster/c/streams.ts";
import type { Rule } from "../../../../../src/propose/rules/rule.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const PROGRAM = `#include <iostream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>
static std::vector<std::string> split(const std::string& line) {
    std::vector<std::string> parts;
    std::stringstream in(line);
    std::string part;
    while (std::getline(in, part, ',')) parts.push_back(part);
    return parts;
}
static bool isNumber(const std::string& text) {
    std::regex pattern("[0-9]+");
    const std::vector<std::string> words = {"one", "two"};
    for (const auto& word : words) if (word == text) return true;
    return std::regex_match(text, pattern);
}
int main() {
    std::string all, line;
    std::vector<int> waiting;
    while (std::getline(std::cin, line)) {
        for (const auto& part : split(line)) {
            all = all + part + (isNumber(part) ? "!" : ".");
            waiting.push_back(part.size());
        }
    }
    while (!waiting.empty()) {
        all += std::to_string(waiting[0]);
        waiting.erase(waiting.begin());
    }
    std::cout << all << std::endl;
}
`;

it.each<readonly [Rule, string, string]>([
  [
    streams,
    "cin and cout without C's buffers",
    "int main() {\n    std::ios::sync_with_stdio(false);\n    std::cin.tie(nullptr);\n",
  ],
  [streams, "keep the stream in", "    static thread_local std::stringstream in; in.clear(); in.str(line);\n"],
  [madeOnce, "make pattern once", '    static const std::regex pattern("[0-9]+");\n'],
  [madeOnce, "make words once", '    static const std::vector<std::string> words = {"one", "two"};\n'],
  [append, "all grows in place", 'all += part, all += (isNumber(part) ? "!" : ".");\n'],
  [queues, "waiting becomes a deque", "    std::deque<int> waiting;\n"],
])("%o: %s, and the program says the same", async (rule, description, line) => {
  const after = (await applied(rule, "a.cpp", PROGRAM)).get(description) ?? "";
  expect(after).toContain(line);
  if (canCompile("cpp")) expect(printed("cpp", after, "one,2\nthree\n\n44,x\n")).toBe("one!2!three.44!x.31521\n");
});

it("they are done at once, too", async () => {
  const [after = ""] = [...(await applied(atOnce, "a.cpp", PROGRAM)).values()];
  for (const part of ["sync_with_stdio", "static thread_local", "static const std::regex", "all += part"])
    expect(after).toContain(part);
  if (canCompile("cpp")) expect(printed("cpp", after, "one,2\nthree\n\n44,x\n")).toBe("one!2!three.44!x.31521\n");
});

it("a text of Rust grows in place, too", async () => {
  const text =
    'fn f() {\n    all = format!("{}{}\\n", all, x);\n    all = format!("{all}, {x}");\n    one = format!("{}{}", x, one);\n}\n';
  const made = [...(await applied(append, "a.rs", text)).values()].join("");
  expect(made).toContain('all.push_str(&format!(", {x}"))');
  expect(made).not.toContain("one.push_str");
});

describe("it leaves alone", () => {
  it.each<readonly [string, Rule, string]>([
    [
      "programs that use C's output as well",
      streams,
      '#include <iostream>\nint main() { std::cin >> n; printf("%d", n); }\n',
    ],
    [
      "streams of a function that calls itself",
      streams,
      "void f(std::string s) {\n  std::stringstream in(s);\n  f(s);\n}\n",
    ],
    [
      "streams of functions that call each other",
      streams,
      "void g() { f(a); }\nvoid f(std::string s) {\n  std::stringstream in(s);\n  g();\n}\n",
    ],
    [
      "streams that are told how to read",
      streams,
      "void f(std::string s) {\n  std::stringstream in(s);\n  in >> std::hex >> n;\n}\n",
    ],
    [
      "streams that are given away",
      streams,
      "std::stringstream f(std::string s) {\n  std::stringstream in(s);\n  return in;\n}\n",
    ],
    [
      "what is made of more than constants",
      madeOnce,
      "void f(int n) {\n  std::vector<int> xs = {n, 1};\n  std::regex p(text);\n}\n",
    ],
    ["what is outside of functions", madeOnce, "std::vector<int> xs = {1};\n"],
    ["sums of numbers", append, "void f() { int n; n = n + 1 + 2; }\n"],
    ["a text that is put behind itself", append, "void f() { std::string s; s = s + g(s); }\n"],
    [
      "vectors that lose another element",
      queues,
      "void f() { std::vector<int> q; q.erase(q.begin() + 1); q.pop_back(); }\n",
    ],
    [
      "another function's vector",
      queues,
      "void g() { std::vector<int> q; }\nvoid f(std::vector<int>& q) { q.erase(q.begin()); }\n",
    ],
  ])("%s", async (_what, rule, text) => {
    expect([...(await applied(rule, "a.cpp", text)).keys()]).toEqual([]);
  });
});
