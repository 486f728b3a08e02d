/**
 * Tuning of algorithms, evaluated for real within a fixed amount of work: simulated annealing on maximum cut, and a genetic algorithm on
 * satisfiability, on instances of the downstream tasks. The rewrites are changes that such programs' code can really get.
 */
import { createRandom, type Random } from "../../core/numerics/random.ts";
import { drawWeights } from "../../downstream/max-cut.ts";
import { type Clause, drawSat } from "../../downstream/sat.ts";
import type { Family } from "../../propose/policy/gym/gym-task.ts";
import { tunableTask, type Values } from "../../propose/policy/gym/tunable-task.ts";
import { choice, counts, few, nearOne, rate, share } from "../../propose/policy/gym/domains.ts";

/** Moves that annealing may look at, and formulas that the genetic algorithm may check. */
const MOVES = 800;
const CHECKS = 200;

/** Rewrites of annealing, in the order of their places. */
const ANNEALING = ["conditions", "statements", "operators", "schedules", "argument-order"] as const;
const [TAKE_EQUAL, NO_COOLING, WORST_FIRST, LINEAR_COOLING, BROKEN] = [0, 1, 2, 3, 4];

interface Cut {
  readonly weights: readonly (readonly number[])[];
  readonly total: number;
}

/** Share of the weight that is not cut by the best of a few restarts. */
function anneal({ weights, total }: Cut, values: Values, { applied, luck }: Run): number {
  const n = weights.length;
  const restarts = Number(values["restarts"]);
  const perRestart = Math.floor(MOVES / restarts);
  let best = 0;
  for (let restart = 0; restart < restarts; restart++) {
    const side: number[] = weights.map(() => (luck.next() < 0.5 ? 1 : -1));
    const gains = weights.map((row, i) => row.reduce((sum, w, j) => sum + w * side[i]! * side[j]!, 0));
    let cut =
      weights.reduce((sum, row, i) => sum + row.reduce((s, w, j) => s + (side[i] === side[j] ? 0 : w), 0), 0) / 2;
    let temperature = Number(values["temperature"]);
    for (let move = 0; move < perRestart; move++) {
      const i = luck.integer(n);
      const gain = applied.has(WORST_FIRST) ? -gains[i]! : gains[i]!;
      const isTaken = gain > 0 || (gain === 0 && applied.has(TAKE_EQUAL)) || luck.next() < Math.exp(gain / temperature);
      if (isTaken) {
        cut += gains[i]!;
        side[i] = -side[i]!;
        gains[i] = -gains[i]!;
        for (let j = 0; j < n; j++) if (j !== i) gains[j]! += 2 * weights[i]![j]! * side[i]! * side[j]!;
        best = Math.max(best, cut);
      }
      if (applied.has(NO_COOLING) || move % Number(values["steps"]) !== 0) continue;
      temperature = applied.has(LINEAR_COOLING)
        ? Math.max(1e-3, Number(values["temperature"]) * (1 - move / perRestart))
        : Math.max(Number(values["lowest"]), temperature * Number(values["cooling"]));
    }
  }
  return 1 - best / total;
}

interface Run {
  readonly applied: ReadonlySet<number>;
  readonly luck: Random;
}

/** The most that greedy descents from many places cut. */
function referenceCut(weights: Cut["weights"], random: Random): number {
  const values = { temperature: 4, cooling: 0.9, steps: 40, restarts: 1, lowest: 0.05 };
  const cut = { weights, total: 1 };
  const ends = Array.from({ length: 6 }, (_, i) => anneal(cut, values, { applied: new Set(), luck: random.fork(i) }));
  return 1 - Math.min(...ends);
}

const annealing: Family = {
  name: "annealing",
  make(random) {
    const cuts = Array.from({ length: 2 }, (_, i): Cut => {
      const weights = drawWeights(random.fork(i), { fewest: 20, most: 32 });
      return { weights, total: referenceCut(weights, random.fork(`reference ${i}`)) };
    });
    const seed = random.integer(2 ** 31);
    return tunableTask(
      {
        name: "annealing",
        literals: [
          { name: "temperature", scope: "anneal", domain: rate(10 ** (3 * random.next() - 1)) },
          { name: "cooling", scope: "anneal", domain: nearOne },
          { name: "steps", scope: "anneal", domain: counts(4 + random.integer(60)) },
          { name: "restarts", scope: "solve", domain: few(1 + random.integer(12)) },
          { name: "lowest", scope: "anneal", domain: rate(0.01) },
        ],
        rewrites: ANNEALING.map((rule) => ({ rule })),
        evaluate(values, applied) {
          if (applied.has(BROKEN)) return null;
          const run = { applied, luck: createRandom(seed) };
          return cuts.reduce((sum, cut) => sum + Math.max(0, anneal(cut, values, run)), 0) / cuts.length;
        },
      },
      random,
    );
  },
};

/** Rewrites of the genetic algorithm. */
const GENETIC = ["statements", "conditions", "alternatives", "operators", "training", "unwrap"] as const;
const [NO_ELITE, NO_CROSSING, WORST_PARENT, MORE_MUTATION, CLIMB, NOT_SAT] = [0, 1, 2, 3, 4, 5];

interface Formula {
  readonly variables: number;
  readonly clauses: readonly Clause[];
}

const broken = ({ clauses }: Formula, genes: readonly boolean[]): number =>
  clauses.reduce(
    (sum, clause) => sum + (clause.some((literal) => genes[Math.abs(literal) - 1] === literal > 0) ? 0 : 1),
    0,
  );

interface Individual {
  readonly genes: readonly boolean[];
  readonly cost: number;
}

/** Clauses that the best individual breaks. */
function evolve(formula: Formula, values: Values, { applied, luck }: Run): number {
  const size = Number(values["population"]);
  const rated = (genes: readonly boolean[]): Individual => ({ genes, cost: broken(formula, genes) });
  const drawn = () => rated(Array.from({ length: formula.variables }, () => luck.next() < Number(values["bias"])));
  let people = Array.from({ length: Math.min(size, CHECKS) }, drawn);
  const worse = applied.has(WORST_PARENT) ? -1 : 1;
  const parent = (): Individual => {
    const some = Array.from({ length: Number(values["tournament"]) }, () => luck.pick(people));
    return some.reduce((a, b) => (worse * (b.cost - a.cost) < 0 ? b : a));
  };
  const mutation = Number(values["mutationRate"]) * (applied.has(MORE_MUTATION) ? 4 : 1);
  let best = Math.min(...people.map(({ cost }) => cost));
  for (let checks = people.length; checks < CHECKS && best > 0;) {
    const children = applied.has(NO_ELITE) || size < 2 ? [] : [people.reduce((a, b) => (b.cost < a.cost ? b : a))];
    while (children.length < size && checks++ < CHECKS) {
      const [a, b] = [parent(), parent()];
      const isCrossed = !applied.has(NO_CROSSING) && luck.next() < Number(values["crossover"]);
      const genes = a.genes.map((gene, i) => (isCrossed && luck.next() < 0.5 ? (b.genes[i] as boolean) : gene));
      const child = rated(genes.map((gene) => (luck.next() < mutation ? !gene : gene)));
      children.push(applied.has(CLIMB) && child.cost > a.cost ? a : child);
    }
    people = children.length > 0 ? children : people;
    best = Math.min(best, ...people.map(({ cost }) => cost));
  }
  return best;
}

const genetic: Family = {
  name: "genetic",
  make(random) {
    const shape = { fewest: 16, most: 20, ratio: 4.2, q: 0.618 };
    const formulas = Array.from({ length: 2 }, (_, i) => drawSat(random.fork(i), shape));
    const clauses = formulas.reduce((sum, one) => sum + one.clauses.length, 0);
    const seed = random.integer(2 ** 31);
    return tunableTask(
      {
        name: "genetic",
        literals: [
          { name: "population", scope: "evolve", domain: counts(8 + random.integer(24)) },
          { name: "mutationRate", scope: "mutate", domain: rate(10 ** (-0.5 - 2 * random.next())) },
          { name: "crossover", scope: "breed", domain: share },
          { name: "tournament", scope: "select", domain: few(1 + random.integer(5)) },
          { name: "bias", scope: "start", domain: share },
          { name: "useCache", scope: "evolve", domain: choice(false, true) },
        ],
        rewrites: GENETIC.map((rule) => ({ rule })),
        evaluate(values, applied) {
          if (applied.has(NOT_SAT)) return null;
          const run = { applied, luck: createRandom(seed) };
          return formulas.reduce((sum, formula) => sum + evolve(formula, values, run), 0) / clauses;
        },
      },
      random,
    );
  },
};

export const searches: readonly Family[] = [annealing, genetic];
