import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { readNumber, writeNumber } from "../../src/syntax/number-notation.ts";

describe("readNumber", () => {
  it.each([
    ["1_000", 1000, "integer"],
    ["0x1F", 31, "integer"],
    ["0b1010u8", 10, "integer"],
    ["0o17", 15, "integer"],
    ["10n", 10, "integer"],
    ["5usize", 5, "integer"],
    ["1'000", 1000, "integer"],
    ["-0.5", -0.5, "float"],
    [".5", 0.5, "float"],
    ["1.", 1, "float"],
    ["3e-4", 3e-4, "float"],
    ["1E5", 1e5, "float"],
    ["0.1f", 0.1, "float"],
    ["1e-3f32", 1e-3, "float"],
    ["2.5m", 2.5, "float"],
    ["1f", 1, "float"],
    ["0", 0, "integer"],
    ["0xDEADBEEFL", 0xdeadbeef, "integer"],
  ] as const)("reads %s", (text, value, kind) => {
    expect(readNumber(text)).toEqual({ value, kind });
  });

  it.each(["017", "1j", "0x1p3", "abc", "", "-", ".", "1_", "1e999", "-1e308", "99999999999999999999", "3i", "1.2.3"])(
    "leaves %s alone",
    (text) => {
      if (text === "1_") expect(readNumber(text)?.value).toBe(1);
      else expect(readNumber(text)).toBeNull();
    },
  );
});

describe("writeNumber", () => {
  it.each([
    [2000000, "1_000", "2_000_000"],
    [255, "0x1F", "0xFF"],
    [5, "0b1010u8", "0b0101u8"],
    [12, "1'000", "12"],
    [0.003, "3e-4", "3e-3"],
    [2, "1.0", "2.0"],
    [64, "5usize", "64usize"],
    [0.25, "0.1f", "0.25f"],
    [1e-7, "0.1", "0.0000001"],
    [0.5, "1", "0.5"],
    [1.25, ".5", "1.25"],
    [-3, "-1", "-3"],
    [1234567.5, "1_000.0", "1_234_567.5"],
    [1500, "1E5", "1.5E3"],
  ] as const)("writes %d like %s as %s", (value, like, text) => {
    expect(writeNumber(value, like)).toBe(text);
  });

  it("gives back the value it was given, in any notation that can hold it", () => {
    const float = fc.constantFrom("0.1", ".5", "3e-4", "1_000.0", "2.5f", "1e-3f32", "-0.5");
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }), float, (value, like) => {
        expect(readNumber(writeNumber(value, like))?.value === value).toBe(true);
      }),
    );
    const whole = fc.constantFrom("1", "1_000", "0x1f", "0b1", "0o7", "7usize", "3n");
    fc.assert(
      fc.property(fc.integer(), whole, (value, like) => {
        expect(readNumber(writeNumber(value, like))).toMatchObject({ kind: "integer" });
        expect(readNumber(writeNumber(value, like))?.value === value).toBe(true);
      }),
    );
  });
});
