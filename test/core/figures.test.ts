import { expect, test } from "vitest";

import { withError } from "../../src/core/figures.ts";

test.each([
  [0.257612, 0.016869, "0.258 ± 0.017"],
  [-3.2e-7, 4.26e-9, "-0.0000003200 ± 0.0000000043"],
  [12345.67, 234.5, "12346 ± 235"],
  [1.5, 0, "1.5 ± 0"],
  [1.5, Number.POSITIVE_INFINITY, "1.5 ± Infinity"],
])("%f with an error of %f is written to the error's second digit", (value, error, expected) => {
  expect(withError(value, error)).toBe(expected);
});
