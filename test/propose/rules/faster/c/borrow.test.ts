import { expect, it } from "vitest";

import { references } from "../../../../../src/propose/rules/faster/references.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const TEXT = `#include <iostream>
#include <string>
#include <vector>
struct Row { std::string name; std::vector<int> values; };
class Table {
  public:
    void add(Row one) { rows_.push_back(one); }
    std::vector<Row> rows() const { return rows_; }
    int sum(std::string name) const {
        int sum = 0;
        for (size_t i = 0; i < rows().size(); i++) {
            Row row = rows_[i];
            const std::string label = row.name;
            if (label == name) sum += row.values[0];
        }
        return sum;
    }
  private:
    std::vector<Row> rows_;
};
int main() {
    Table table;
    for (int i = 0; i < 9; i++) table.add({"n" + std::to_string(i % 2), {i}});
    std::cout << table.sum("n1");
}
`;

it("what is only read is not copied, by whoever shows it or looks at it", async () => {
  const made = await applied(references, "a.cpp", TEXT);
  const all = [...made.values()].join("");
  for (const line of [
    "const std::vector<Row>& rows() const { return rows_; }",
    "void add(const Row& one)",
    "const Row& row = rows_[i];",
    "const std::string& label = row.name;",
  ])
    expect(all).toContain(line);
  if (canCompile("cpp")) for (const after of made.values()) expect(printed("cpp", after)).toBe("16");
});

it.each([
  ["that is changed", "void f(std::vector<Row>& rows) {\n  Row row = rows[0];\n  row.n = 2;\n}\n"],
  [
    "whose origin is changed",
    "void f(std::vector<Row>& rows) {\n  Row row = rows[0];\n  rows[0] = rows[1];\n  g(row);\n}\n",
  ],
  [
    "whose origin is taken away",
    "void f() {\n  std::deque<Row> rows;\n  Row row = rows.front();\n  rows.pop_front();\n  g(row);\n}\n",
  ],
  [
    "whose origin is handed on",
    "void f(std::vector<Row>& rows) {\n  Row row = rows[0];\n  drop(rows);\n  g(row);\n}\n",
  ],
  [
    "of a member that a method may change",
    "class A {\n  void g();\n  void f() {\n    Row row = rows_[0];\n    g();\n    h(row);\n  }\n};\n",
  ],
  [
    "of a part that is given another value",
    "void f(Row& a) {\n  std::string name = a.name;\n  for (auto& b : all) b.name = g(name);\n}\n",
  ],
  ["that is moved on", "void f(std::vector<Row>& rows) {\n  Row row = rows[0];\n  g(std::move(row));\n}\n"],
  ["that nothing had before", "void f() {\n  std::string name = g(1);\n}\n"],
])("leaves alone a copy %s", async (_what, text) => {
  expect([...(await applied(references, "a.cpp", `struct Row { int n; };\n${text}`)).keys()]).toEqual([]);
});

const SHOWN = "class A {\n  std::vector<int> xs() const { return xs_; }\n  std::vector<int> xs_;\n};\n";

it.each([
  ["is kept by a reference", "void f(A& a) { const auto& xs = a.xs(); a.add(1); }\n"],
  ["is of something that is gone at once", "void f() { for (int x : make().xs()) g(x); }\n"],
  ["is gone through while its object changes", "void f(A& a) { for (int x : a.xs()) a.remove(x); }\n"],
])("a method goes on giving a copy that %s", async (_what, use) => {
  expect([...(await applied(references, "a.cpp", SHOWN)).keys()]).toEqual(["xs shows what it has"]);
  expect([...(await applied(references, "a.cpp", SHOWN + use)).keys()]).toEqual([]);
});
