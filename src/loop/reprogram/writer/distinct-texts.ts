/** Texts that are worth a trial: what a writer repeats, or has only copied, is drawn again while there is patience. */

/** Draws of `count` texts each. */
const ROUNDS = 4;

export interface DistinctOptions {
  readonly count: number;
  /** Not wanted again. */
  readonly known: readonly string[];
}

export interface DistinctTexts<T> {
  /** `count` of them in the order in which they were drawn; where all rounds did not bring so many, repeated ones follow. */
  readonly texts: readonly T[];
  /** What else was drawn and repeats. */
  readonly repeated: readonly T[];
}

/**
 * Texts that differ from each other and from the known ones.
 * Contract: `draw(round)`, round from 0, gives at least `count` texts.
 */
export async function distinctTexts<T extends { readonly text: string }>(
  draw: (round: number) => Promise<readonly T[]> | readonly T[],
  { count, known }: DistinctOptions,
): Promise<DistinctTexts<T>> {
  const [seen, repeated] = [new Set(known), [] as T[]];
  const found: T[] = [];
  for (let round = 0; round < ROUNDS && found.length < count; round++)
    for (const one of await draw(round)) {
      (seen.has(one.text) ? repeated : found).push(one);
      seen.add(one.text);
    }
  const missing = Math.max(0, count - found.length);
  const texts = [...found.slice(0, count), ...repeated.slice(0, missing)];
  return { texts, repeated: repeated.slice(missing) };
}
