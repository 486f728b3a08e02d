import { expect, it } from "vitest";

import { listed } from "../../../../../src/propose/rules/faster/c/listed.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const TEXT = `#include <algorithm>
#include <iostream>
#include <string>
#include <vector>
class Names {
  public:
    void add(const std::string& name) {
        if (std::find(known_.begin(), known_.end(), name) == known_.end()) known_.push_back(name);
    }
    std::size_t size() const { return known_.size(); }
  private:
    std::vector<std::string> known_;
};
static std::vector<int> distinct(const std::vector<int>& xs) {
    std::vector<int> seen = {5};
    for (int x : xs)
        if (std::find(seen.begin(), seen.end(), x) == seen.end()) seen.push_back(x);
    std::sort(seen.begin(), seen.end());
    if (std::count(seen.begin(), seen.end(), 5) > 0) seen.erase(seen.begin());
    return seen;
}
int main() {
    Names names;
    for (const char* name : {"b", "a", "b"}) names.add(name);
    for (int x : distinct({7, 3, 7})) std::cout << x << " ";
    std::cout << names.size();
}
`;

it("C++ counts what is in a vector, and keeps its order", async () => {
  const made = await applied(listed, "a.cpp", TEXT);
  expect([...made.keys()]).toEqual(["known_ counts what is in it", "seen counts what is in it"]);
  expect(made.get("seen counts what is in it")).toContain("if (!seen.contains(x)) seen.push_back(x);");
  for (const after of made.values()) if (canCompile("cpp")) expect(printed("cpp", after)).toBe("5 7 2");
});

it("a second one uses the type of the first", async () => {
  const [first = ""] = [...(await applied(listed, "a.cpp", TEXT)).values()];
  const [second = ""] = [...(await applied(listed, "a.cpp", first)).values()];
  expect(second.split("class Listed")).toHaveLength(2);
  if (canCompile("cpp")) expect(printed("cpp", second)).toBe("5 7 2");
});

it.each([
  ["whose place is wanted", "void f() { std::vector<int> xs; auto at = std::find(xs.begin(), xs.end(), 1); }\n"],
  [
    "of another function",
    "void g() { std::vector<int> xs; }\nbool f(std::vector<int>& xs) { return std::find(xs.begin(), xs.end(), 1) != xs.end(); }\n",
  ],
])("leaves alone a vector %s", async (_what, text) => {
  expect([...(await applied(listed, "a.cpp", text)).keys()]).toEqual([]);
});
