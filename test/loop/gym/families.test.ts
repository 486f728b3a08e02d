import { describe, expect, test } from "vitest";

import { createRandom } from "../../../src/core/numerics/random.ts";
import { familiesNamed, familyNames } from "../../../src/loop/gym/families.ts";
import type { GymTask, Units } from "../../../src/propose/policy/gym/gym-task.ts";

const NONE: ReadonlySet<number> = new Set();
const start = ({ places }: GymTask): Units => new Map(places.map(({ key, unit }) => [key, unit]));

describe.each(["annealing", "genetic", "digits"])("tasks of the family %s", (name) => {
  test("are really evaluated: they repeat, their literals and their code matter, and a broken line fails", async () => {
    const [family] = await familiesNamed([name]);
    const [task, again] = [family!.make(createRandom("task")), family!.make(createRandom("task"))];
    const random = createRandom("places");
    const first = task.loss(start(task), NONE, random)!;
    expect(first).toBeGreaterThan(task.minimum);
    expect(again.loss(start(again), NONE, random)).toBe(first);
    const elsewhere = Array.from({ length: 30 }, () => {
      const units = task.places.map(({ key, domain }): [string, number] => [
        key,
        domain.kind === "choice" ? random.integer(domain.options.length) : random.next(),
      ]);
      return task.loss(new Map(units), NONE, random);
    });
    const worked = elsewhere.filter((loss) => loss !== null);
    expect(Math.min(...worked)).toBeLessThan(first);
    expect(Math.max(...worked)).toBeGreaterThan(first);
    const rewritten = task.rewrites.map((_, i) => task.loss(start(task), new Set([i]), random));
    expect(rewritten).toContain(null);
    expect(rewritten.some((loss) => loss !== null && loss !== first)).toBe(true);
  });
});

test("an unknown family is refused, with those there are", async () => {
  await expect(familiesNamed(["bowl", "nonsense"])).rejects.toMatchObject({
    code: "gym.unknown-family",
    hint: `Choose from: ${familyNames.join(", ")}.`,
  });
});
