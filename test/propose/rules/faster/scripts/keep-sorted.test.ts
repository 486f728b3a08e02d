import { expect, it } from "vitest";

import { keepSorted } from "../../../../../src/propose/rules/faster/scripts/keep-sorted.ts";
import { applied } from "../applied.ts";
import { moduleOf } from "./running.ts";

const text = (body: string): string => `export function f(start: Task[]): string {
  const open: Task[] = [...start];
  let out = "";
  while (open.length > 0) {
${body}
  }
  return out;
}
interface Task { cost: number; name: string }
`;
const BODY = `    open.sort((a, b) => a.cost - b.cost);
    const task = open.shift()!;
    out += task.name;
    for (let i = 1; i < 3; i++) if (task.cost < 9) open.push({ cost: task.cost + i * 2, name: task.name + i });`;

it("a list that is sorted in every round is sorted once, and what is added is put in its place, behind its equals", async () => {
  const after = (await applied(keepSorted, "a.ts", text(BODY))).get("keep open sorted") ?? "";
  expect(after).toContain(
    '  let out = "";\n  open.sort((a, b) => a.cost - b.cost);\n  while (open.length > 0) {\n    const task',
  );
  expect(after).toContain(
    "insertSorted(open, { cost: task.cost + i * 2, name: task.name + i }, (a, b) => a.cost - b.cost);\n",
  );
  const start = [3, 1, 1, 2].map((cost, i) => ({ cost, name: "abcd".charAt(i) }));
  const [old, made] = await Promise.all([text(BODY), after].map(moduleOf));
  const run = (one: Record<string, unknown> = {}): unknown => (one["f"] as (tasks: object[]) => unknown)(start);
  expect(run(made)).toBe(run(old));
});

it.each([
  ["what it is sorted by changes", `${BODY}\n    task.cost = 3;`],
  ["what it is sorted by is elsewhere", BODY.replace("a.cost - b.cost", "costs[a] - costs[b]")],
  ["it is sorted by a question", BODY.replace("a.cost - b.cost", "a.cost > b.cost")],
  ["it is read before it is sorted again", `${BODY}\n    out += open[0]?.name;`],
  ["something is taken after something was added", `${BODY}\n    open.pop();`],
  ["a round may end before", `    if (out.length > 99) continue;\n${BODY}`],
  ["others have it", `    change(open);\n${BODY}`],
  ["it is changed in another way", `${BODY}\n    open.reverse();`],
  ["it does not grow", BODY.replace("open.push", "all.push")],
])("a list is sorted as it is where %s", async (_why, body) => {
  expect([...(await applied(keepSorted, "a.ts", text(body))).keys()]).toEqual([]);
});

it.each([
  ["it is the caller's", text(BODY).replace("= [...start]", "= start")],
  ["it is read afterwards", text(BODY).replace("return out", "return out + open.join()")],
])("a list is sorted as it is where %s", async (_why, code) => {
  expect([...(await applied(keepSorted, "a.ts", code)).keys()]).toEqual([]);
});
