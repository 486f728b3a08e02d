import { expect, it } from "vitest";

import { byRows } from "../../../../../src/propose/rules/faster/c/by-rows.ts";
import { applied } from "../applied.ts";
import { canCompile, printed } from "../compiled.ts";

const C = `#include <stdio.h>
double a[5][4], b[4][6], c[5][6];
int main(void) {
    for (int i = 0; i < 20; i++) a[i / 4][i % 4] = i * 0.37;
    for (int i = 0; i < 24; i++) b[i / 6][i % 6] = 1.0 / (i + 1);
    for (int i = 0; i < 5; i++) {
        for (int j = 0; j < 6; j++) {
            double sum = 0.0;
            for (int k = 0; k < 4; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
    }
    for (int i = 0; i < 30; i++) printf("%.17g ", c[i / 6][i % 6]);
}
`;

const RUST = `fn product(a: &Vec<f64>, b: &Vec<f64>, n: usize) -> Vec<f64> {
    let mut c = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            let mut sum = 0.0;
            for k in 0..n {
                sum += a[i * n + k] * b[k * n + j];
            }
            c[i * n + j] = sum;
        }
    }
    c
}
fn main() {
    let (a, b): (Vec<f64>, Vec<f64>) = ((0..9).map(|i| i as f64 * 0.37).collect(), (0..9).map(|i| 1.0 / (i + 1) as f64).collect());
    println!("{:?}", product(&a, &b, 3));
}
`;

it.each([
  ["c", C, "add up c[i][j] row by row"],
  ["rs", RUST, "add up c[i * n + j] row by row"],
])("in %s a product of matrices has the same numbers", async (ending, text, description) => {
  const made = await applied(byRows, `a.${ending}`, text);
  expect([...made.keys()]).toEqual([description]);
  if (canCompile(ending)) expect(printed(ending, made.get(description) ?? "")).toBe(printed(ending, text));
});

it.each([
  ["into one of its own factors", C.replace("c[i][j] = sum", "b[i][j] = sum")],
  ["of rows", C.replace("b[k][j];", "b[j][k];")],
  ["of another type", C.replace("double sum", "float sum")],
  ["that calls something", C.replace("a[i][k] *", "f(a[i][k]) *")],
  ["that is more than a sum", C.replace("            c[i][j] = sum;", "            c[i][j] = sum;\n            n++;")],
  ["as far as the column", C.replace("k < 4", "k < j")],
])("leaves alone a sum %s", async (_what, text) => {
  expect([...(await applied(byRows, "a.c", text)).keys()]).toEqual([]);
});
