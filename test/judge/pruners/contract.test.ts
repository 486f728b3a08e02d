import { describe, expect, test } from "vitest";

import { StropError } from "../../../src/core/errors.ts";
import { createPruner, PRUNER_NAMES } from "../../../src/judge/pruners/create-pruner.ts";
import { patientPruner } from "../../../src/judge/pruners/patient.ts";
import { selfEvaluationPruner } from "../../../src/judge/pruners/self-evaluation.ts";
import { thresholdPruner } from "../../../src/judge/pruners/threshold.ts";
import type { Pruner } from "../../../src/judge/pruner.ts";
import { prunerContract } from "../../../src/testing/pruner-contract.ts";

const variants: Record<string, () => Pruner> = {
  ...Object.fromEntries(PRUNER_NAMES.map((name) => [name, () => createPruner(name, { threshold: 10 })])),
  "self-evaluation by the plain rule": () => selfEvaluationPruner({ warmup: 1_000, before: "plain" }),
  "patient before the median": () => patientPruner({ inner: createPruner("median") }),
  "threshold on both sides": () => thresholdPruner({ lower: -1e6, upper: 10 }),
};

describe.each(Object.entries(variants))("the pruner %s", (_, create) => {
  test.each(prunerContract(create).map((check) => [check.name, check] as const))("%s", (_name, check) => check.run());
});

test("a pruner that does not exist is refused with the names that do", () => {
  expect(() => createPruner("medain")).toThrow(StropError);
  expect(() => createPruner("medain")).toThrow(/self-evaluation, median, .* found medain/);
});
