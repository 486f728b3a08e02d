/** The binomial distribution, for tests that compare a count with what theory says. */

/** P(0), P(1) … P(n). */
export function binomialTable(n: number, p: number): number[] {
  const table = [(1 - p) ** n];
  for (let k = 1; k <= n; k++) table.push(((table[k - 1] ?? 0) * (n - k + 1) * p) / (k * (1 - p)));
  return table;
}

/** The smallest count whose cumulative probability reaches `level`. */
export function binomialQuantile(n: number, p: number, level: number): number {
  let sum = 0;
  const index = binomialTable(n, p).findIndex((each) => (sum += each) >= level);
  return index === -1 ? n : index;
}
