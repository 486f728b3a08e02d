/** 3-SAT: WalkSAT that flips nearly always at random, and gives up soon. */
export const SAT_SEARCH = `\
/** WalkSAT: takes a broken clause and flips one of its variables, at random or the one that breaks least. */
export function algorithm(variables: number, clauses: [number, number, number][]): boolean[] {
  const flips = 30;
  const noise = 0.95;
  const values = Array.from({ length: variables }, () => Math.random() < 0.5);
  const holds = (literal: number) => values[Math.abs(literal) - 1] === literal > 0;
  const flip = (literal: number) => {
    values[Math.abs(literal) - 1] = !values[Math.abs(literal) - 1];
  };
  for (let step = 0; step < flips; step++) {
    const broken = clauses.filter((clause) => !clause.some(holds));
    if (broken.length === 0) break;
    const clause = broken[Math.floor(broken.length * Math.random())];
    let chosen = clause[Math.floor(3 * Math.random())];
    if (Math.random() > noise) {
      let fewest = Infinity;
      for (const literal of clause) {
        flip(literal);
        const left = clauses.filter((other) => !other.some(holds)).length;
        flip(literal);
        if (left < fewest) {
          fewest = left;
          chosen = literal;
        }
      }
    }
    flip(chosen);
  }
  return values;
}
`;
