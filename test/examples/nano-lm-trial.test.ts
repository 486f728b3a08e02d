/** nano-lm as strop runs it: bundled, in the sandbox without rights, on the host's clock, scored in a second sandbox. */
import { expect, test } from "vitest";
import { edited, runTrials, type Job } from "../../bench/nano-lm/trials.ts";

test("a trial of the untouched program is scored, and a broken edit fails as data", { timeout: 240_000 }, async () => {
  const jobs: Job[] = [
    { edit: {}, seed: 1 },
    { edit: { heads: "0" }, seed: 1 },
  ];
  const results = await runTrials(jobs, { trainSeconds: 1, clock: "cpu", parallel: 1 });
  const [scored, broken] = results.map((result) => result.outcome);
  expect(scored).toMatchObject({ status: "scored", selfReported: false, reason: "" });
  expect(scored!.score).toBeGreaterThan(2);
  expect(scored!.score).toBeLessThan(8);
  expect(results[0]!.steps).toBeGreaterThan(0);
  expect(broken!.status).toBe("crashed");
  expect(broken!.reason).not.toBe("");
});

test("constants of the program are replaced by name", () => {
  const source = 'const rate = 0.1; // per step\nconst kind = "a" as "a" | "b";\n';
  expect(edited(source, { rate: "2", kind: '"b"' })).toBe(
    'const rate = 2; // per step\nconst kind = "b" as "a" | "b";\n',
  );
  expect(() => edited(source, { other: "1" })).toThrow("expected a constant other in train.ts, found none");
});
