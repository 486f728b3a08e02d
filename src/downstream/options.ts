/** How a variant of a task is called: `parity-noise bits=24 noise=0.15`. */
export const variantName = (name: string, parts: Readonly<Record<string, string | number>>): string =>
  [name, ...Object.entries(parts).map(([key, value]) => `${key}=${value}`)].join(" ");
