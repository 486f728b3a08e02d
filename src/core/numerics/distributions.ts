/**
 * Standard normal and Student's t: distribution functions and their inverses, to about 13 digits. Pure mathematics.
 */

/** Φ(x), to full relative precision in the lower tail. */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  const z = Math.abs(x);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const tail = z < 2.5 ? 0.5 - density * centralSeries(z) : density * millsRatio(z);
  return x > 0 ? 1 - tail : tail;
}

/** (Φ(z) − ½) / φ(z) = z + z³/3 + z⁵/(3·5) + … */
function centralSeries(z: number): number {
  let term = z;
  let total = z;
  for (let k = 3; term > total * 1e-17; k += 2) {
    term *= (z * z) / k;
    total += term;
  }
  return total;
}

/** (1 − Φ(z)) / φ(z) for large z: Laplace's continued fraction 1 / (z + 1 / (z + 2 / (z + …))). */
function millsRatio(z: number): number {
  let fraction = z;
  for (let k = 100; k > 0; k--) fraction = z + k / fraction;
  return 1 / fraction;
}

/** Φ⁻¹(p); −∞ at 0, +∞ at 1, NaN outside [0, 1]. */
export const normalQuantile = (p: number): number => symmetricQuantile(normalCdf, p);

/** P(T ≤ t) for Student's t with `degrees` > 0 degrees of freedom. */
export function studentCdf(t: number, degrees: number): number {
  const tail = regularizedBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2;
  return t > 0 ? 1 - tail : tail;
}

/** The t below which Student's t falls with probability p. */
export const studentQuantile = (p: number, degrees: number): number =>
  symmetricQuantile((t) => studentCdf(t, degrees), p);

/** Inverse of a distribution function that is symmetric about 0, by bisection in the lower tail. */
function symmetricQuantile(cdf: (x: number) => number, p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p > 0.5) return -symmetricQuantile(cdf, 1 - p);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 0.5) return 0;
  let low = -1;
  while (cdf(low) > p) low *= 2;
  let high = 0;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (cdf(middle) < p) low = middle;
    else high = middle;
  }
}

/** I_x(a, b) by its continued fraction (Lentz's method). */
function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - regularizedBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logGamma(a) - logGamma(b) + logGamma(a + b)) / a;
  let c = 1;
  let d = 1 / (1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      step = c * d;
      fraction *= step;
    }
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** ln Γ(x) for x > 0: Stirling's series, after shifting x above 10. */
function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift += Math.log(y);
  const r = 1 / (y * y);
  const series = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + Math.log(2 * Math.PI) / 2 + series - shift;
}
