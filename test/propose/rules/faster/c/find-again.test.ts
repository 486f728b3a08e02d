import { expect, it } from "vitest";

import { findAgain } from "../../../../../src/propose/rules/faster/c/find-again.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const C = `#include <stdio.h>
#include <string.h>
struct item { char name[16]; int id; long sum; };
static struct item items[100];
static int count = 0;
static int find(const char *name, int id) {
    for (int i = 0; i < count; i++) {
        if (strcmp(items[i].name, name) == 0 && items[i].id == id)
            return i;
    }
    return -1;
}
static void add(const char *name, int id) {
    int at = find(name, id);
    if (at < 0) {
        at = count++;
        strcpy(items[at].name, name);
        items[at].id = id;
    }
    items[at].sum += id;
}
int main(void) {
    for (int i = 0; i < 60; i++) {
        char name[16];
        sprintf(name, "n%d", i * 7 % 5);
        add(name, i % 3);
    }
    for (int i = 0; i < count; i++) printf("%s %d %ld\\n", items[i].name, items[i].id, items[i].sum);
    return 0;
}
`;

it("C looks first where it was the last time, and finds the same", async () => {
  const made = await applied(findAgain, "a.c", C);
  expect([...made.keys()]).toEqual(["look for name, id in items where it was the last time"]);
  if (canCompile("c")) expect(printed("c", [...made.values()][0] ?? "")).toBe(printed("c", C));
});

const CPP = `#include <iostream>
#include <string>
#include <vector>
struct Account { std::string name; int sum; };
struct Bank {
    std::vector<Account> accounts;
    Account& find(const std::string& name) {
        for (size_t i = 0; i < accounts.size(); i++) {
            if (accounts[i].name == name) {
                return accounts[i];
            }
        }
        accounts.push_back({name, 0});
        return accounts.back();
    }
};
int main() {
    Bank bank;
    for (int i = 0; i < 40; i++) bank.find("n" + std::to_string(i * 3 % 7)).sum += i;
    for (const auto& one : bank.accounts) std::cout << one.name << one.sum << " ";
}
`;

it("so does C++", async () => {
  const [after = ""] = [...(await applied(findAgain, "a.cpp", CPP)).values()];
  expect(after).toContain("std::hash<std::decay_t<decltype(name)>>{}(name)");
  if (canCompile("cpp")) expect(printed("cpp", after)).toBe(printed("cpp", CPP));
});

it.each([
  ["whose keys change", C.replace("items[at].sum += id;", "strcpy(items[at].name, name);")],
  [
    "that is sorted",
    C.replace("    return 0;\n", "    qsort(items, count, sizeof items[0], by_name);\n    return 0;\n"),
  ],
  ["for what many may have", C.replaceAll("strcmp(items[i].name, name) == 0 && items[i].id", "items[i].sum")],
  ["of several threads", C.replace("#include <string.h>", "#include <pthread.h>")],
  ["that has more to do", C.replace("            return i;\n", "            return i;\n        n++;\n")],
  [
    "that calls something",
    C.replace("items[i].id == id", "is_same(items[i].id, id)").replace("find(name, id);", "find(read(), 1);"),
  ],
])("leaves alone a search %s", async (_what, text) => {
  expect([...(await applied(findAgain, "a.c", text)).keys()]).toEqual([]);
});
