/** Texts that are worth a trial: what a writer repeats, or has only copied, is drawn again while there is patience. */

/** Draws of `count` texts each. */
const ROUNDS = 4;

export interface DistinctOptions {
  readonly count: number;
  /** Not wanted again. */
  readonly known: readonly string[];
}

/**
 * `count` texts that differ from each other and from the known ones, in the order in which they were drawn; where all rounds do not
 * bring so many, repeated ones follow.
 * Contract: `draw(round)`, round from 0, gives at least `count` texts.
 */
export async function distinctTexts(
  draw: (round: number) => Promise<readonly string[]> | readonly string[],
  { count, known }: DistinctOptions,
): Promise<string[]> {
  const [seen, repeated] = [new Set(known), [] as string[]];
  const found: string[] = [];
  for (let round = 0; round < ROUNDS && found.length < count; round++)
    for (const text of await draw(round)) {
      (seen.has(text) ? repeated : found).push(text);
      seen.add(text);
    }
  return [...found, ...repeated].slice(0, count);
}
