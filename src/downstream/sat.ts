/**
 * Random 3-SAT with a planted solution (STOP §5.2). The paper's formulas keep every clause that the planted solution
 * satisfies, which leans the literals towards it and makes large formulas easy; the hard variant weighs clauses by
 * their number of true literals so that no literal leans (Jia, Moore, Strain 2005, q-hidden with q = 0.618).
 */
import type { Random } from "../core/numerics/random.ts";
import { checkBooleans, markOf } from "./answers.ts";
import { defineTask, type TaskParts } from "./define-task.ts";
import type { DownstreamTask } from "./types.ts";

/** Signed, 1-based literals of three different variables. */
export type Clause = readonly [number, number, number];

export interface SatInstance {
  readonly variables: number;
  readonly clauses: readonly Clause[];
}

export interface PlantedSat extends SatInstance {
  /** Secret. */
  readonly planted: readonly boolean[];
}

export interface SatShape {
  readonly fewest: number;
  readonly most: number;
  /** Clauses per variable. */
  readonly ratio: number;
  /** A clause with t true literals is kept with probability q^(t − 1); 1 is the paper's. */
  readonly q: number;
}

const USUAL: SatShape = { fewest: 5, most: 50, ratio: 4, q: 1 };
const HARD: SatShape = { fewest: 100, most: 200, ratio: 4.2, q: 0.618 };
const WRONG_SCORE = 0.01;
const LIMIT_SECONDS = 0.1;

export function drawSat(random: Random, { fewest, most, ratio, q }: SatShape): PlantedSat {
  const variables = fewest + random.integer(most - fewest + 1);
  const planted = Array.from({ length: variables }, () => random.next() < 0.5);
  const clauses: Clause[] = [];
  while (clauses.length < Math.floor(ratio * variables)) {
    const clause = drawClause(random, variables);
    const satisfied = clause.filter((literal) => holds(planted, literal)).length;
    if (satisfied > 0 && random.next() < q ** (satisfied - 1)) clauses.push(clause);
  }
  return { variables, clauses, planted };
}

function drawClause(random: Random, variables: number): Clause {
  const chosen = new Set<number>();
  while (chosen.size < 3) chosen.add(1 + random.integer(variables));
  return [...chosen].map((variable) => (random.next() < 0.5 ? variable : -variable)) as unknown as Clause;
}

const holds = (values: readonly boolean[], literal: number): boolean => values[Math.abs(literal) - 1] === literal > 0;

export const satisfies = (values: readonly boolean[], clauses: readonly Clause[]): boolean =>
  clauses.every((clause) => clause.some((literal) => holds(values, literal)));

/** All of a SAT task but its instances. */
export const satParts = (name: string, description: string): Omit<TaskParts<SatInstance>, "counts" | "draw"> => ({
  name,
  description,
  seedSolution: SEED,
  limitSeconds: LIMIT_SECONDS,
  failureScore: 0,
  argumentsOf: ({ variables, clauses }) => [variables, clauses],
  judge: ({ variables, clauses }, answer) =>
    markOf(checkBooleans(answer, variables), (values) => (satisfies(values, clauses) ? 1 : WRONG_SCORE)),
});

export function createSat({ hard = false }: { readonly hard?: boolean } = {}): DownstreamTask {
  const shape = hard ? HARD : USUAL;
  return defineTask<SatInstance>({
    ...satParts(hard ? "sat hard" : "sat", describe(shape)),
    counts: { validation: 30, test: 30 },
    draw: (random) => drawSat(random, shape),
  });
}

const describe = ({ fewest, most, ratio, q }: SatShape): string => `\
/** Solves satisfiable 3-SAT formulas. Higher is better. Literals are signed and 1-based: -3 holds when variable 3, values[2], is false. */
function score(algorithm: (variables: number, clauses: [number, number, number][]) => boolean[]): number {
  const instances = 30, limitSeconds = ${LIMIT_SECONDS};
  const holds = (values: boolean[], literal: number) => values[Math.abs(literal) - 1] === literal > 0;
  let total = 0;
  for (let k = 0; k < instances; k++) {
    const variables = ${fewest} + Math.floor(${most - fewest + 1} * Math.random());
    const planted = Array.from({ length: variables }, () => Math.random() < 0.5);
    const clauses: [number, number, number][] = [];
    while (clauses.length < Math.floor(${ratio} * variables)) {
      const clause = threeDifferentVariables(variables).map((v) => (Math.random() < 0.5 ? v : -v));
      const satisfied = clause.filter((literal) => holds(planted, literal)).length;
      if (satisfied > 0${q === 1 ? "" : ` && Math.random() < ${q} ** (satisfied - 1)`}) clauses.push(clause);
    }
    // Stopped after the limit. Too late, an exception or anything but one boolean per variable counts as 0.
    const values = runWithin(limitSeconds, () => algorithm(variables, clauses));
    total += clauses.every((clause) => clause.some((literal) => holds(values, literal))) ? 1 : ${WRONG_SCORE};
  }
  return total / instances;
}
`;

const SEED = `\
/** A short random walk from a random assignment. */
export function algorithm(variables: number, clauses: [number, number, number][]): boolean[] {
  const values = Array.from({ length: variables }, () => Math.random() < 0.5);
  const holds = (literal: number) => values[Math.abs(literal) - 1] === literal > 0;
  for (let step = 0; step < variables; step++) {
    const broken = clauses.find((clause) => !clause.some(holds));
    if (broken === undefined) break;
    const variable = Math.abs(broken[Math.floor(3 * Math.random())]) - 1;
    values[variable] = !values[variable];
  }
  return values;
}
`;
