/**
 * Programs in which pieces of code are wrong besides the numbers: a pipeline of steps that has to follow a curve and is really evaluated, so
 * that what a rewrite brings depends on the numbers and on the other steps. The rewrites are those that rules make of such code.
 */
import type { Random } from "../../../core/numerics/random.ts";
import type { Domain } from "../../literals/domain.ts";
import { rate, share } from "./domains.ts";
import type { Family, GymRewrite } from "./gym-task.ts";
import { type Tunable, tunableTask } from "./tunable-task.ts";

/** A step's effect on y at x with its number c. */
type Effect = (y: number, x: number, c: number) => number;

interface Variant {
  /** What makes it of the others. */
  readonly rule: string;
  readonly effect: Effect;
}

interface Kind {
  readonly names: readonly string[];
  readonly domain: Domain;
  readonly variants: readonly Variant[];
}

const gone: Variant = { rule: "statements", effect: (y) => y };
const variant = (rule: string, effect: Effect): Variant => ({ rule, effect });

const KINDS: readonly Kind[] = [
  {
    names: ["limit", "bound", "cap", "floor"],
    domain: share,
    variants: [
      variant("alternatives", (y, _, c) => Math.min(y, c)),
      variant("alternatives", (y, _, c) => Math.max(y, c)),
      gone,
    ],
  },
  {
    names: ["gain", "scale", "factor", "slope"],
    domain: rate(0.5, 10),
    variants: [
      variant("operators", (y, _, c) => y * c),
      variant("operators", (y, _, c) => y / c),
      variant("operators", (y, _, c) => y + c),
      gone,
    ],
  },
  {
    names: ["shift", "offset", "bias", "delta"],
    domain: rate(0.2, 10),
    variants: [
      variant("operators", (y, _, c) => y + c),
      variant("operators", (y, _, c) => y - c),
      variant("operators", (y, _, c) => y * c),
      gone,
    ],
  },
  {
    names: ["height", "amplitude", "strength"],
    domain: rate(1.5, 10),
    variants: [
      variant("unwrap", (y, _, c) => y * c),
      variant("alternatives", (y, _, c) => Math.tanh(y) * c),
      variant("alternatives", (y, _, c) => c / (1 + Math.exp(-y))),
      gone,
    ],
  },
  {
    names: ["bonus", "extra", "jump"],
    domain: rate(0.4, 10),
    variants: [
      variant("conditions", (y, x, c) => (x > 0.5 && y > 0.5 ? y + c : y)),
      variant("conditions", (y, x, c) => (x > 0.5 ? y + c : y)),
      variant("conditions", (y, _, c) => (y > 0.5 ? y + c : y)),
      variant("operators", (y, x, c) => (x < 0.5 && y > 0.5 ? y + c : y)),
      variant("conditions", (y, _, c) => y + c),
      gone,
    ],
  },
  {
    names: ["rate", "pull", "mix"],
    domain: share,
    variants: [
      variant("operators", (y, x, c) => y * (1 - c) + x * c),
      variant("argument-order", (y, x, c) => x * (1 - c) + y * c),
      variant("operators", (y, x, c) => y * (1 + c) + x * c),
      gone,
    ],
  },
];

interface Step {
  readonly kind: Kind;
  readonly key: string;
  /** Places in the kind's variants. */
  readonly begins: number;
  readonly right: number;
  /** The number that is right, in the kind's domain. */
  readonly target: number;
}

const GRID = Array.from({ length: 25 }, (_, i) => -2 + i / 6);

function drawSteps(random: Random): readonly Step[] {
  const count = 3 + random.integer(3);
  const wrong = 1 + random.integer(3);
  return Array.from({ length: count }, (_, i): Step => {
    const kind = random.pick(KINDS);
    const begins = random.integer(kind.variants.length - 1);
    const others = kind.variants.map((_v, at) => at).filter((at) => at !== begins);
    const right = i < wrong ? random.pick(others) : begins;
    const low = 0.15 + 0.7 * random.next();
    const { domain } = kind;
    const log = domain.kind === "number" && domain.scale === "log";
    const target = domain.kind !== "number" ? 0 : log ? domain.low * (domain.high / domain.low) ** low : low;
    return { kind, key: `${random.pick(kind.names)}${i}`, begins, right, target };
  });
}

const follow = (steps: readonly (readonly [Effect, number])[], x: number): number =>
  steps.reduce((y, [effect, c]) => effect(y, x, c), x);

/** What else the rules find in such a program, and never helps: it breaks it, or bends the curve. */
interface Junk {
  readonly rule: string;
  readonly bend: number | null;
}

const drawJunk = (random: Random): readonly Junk[] =>
  Array.from({ length: random.integer(8) }, () => ({
    rule: random.pick(["statements", "argument-order", "operators", "unwrap"]),
    bend: random.next() < 0.4 ? null : random.normal(),
  }));

/** Most of the gain is in the code, and one rewrite in five or so helps. */
export const code: Family = {
  name: "code",
  make(random) {
    const steps = random.shuffle(drawSteps(random));
    const choices = steps.flatMap(({ kind, begins }, slot) =>
      kind.variants.flatMap(({ rule }, at) => (at === begins ? [] : [{ rule, slot, at }])),
    );
    const junk = drawJunk(random);
    const rewrites: readonly GymRewrite[] = [
      ...choices.map(({ rule, slot }) => ({ rule, slot })),
      ...junk.map(({ rule }) => ({ rule })),
    ];
    const aim = steps.map(({ kind, right, target }) => [kind.variants[right]!.effect, target] as const);
    const wanted = GRID.map((x) => follow(aim, x));
    const literals = steps.map(({ kind, key }): Tunable => ({ name: key, scope: "curve", domain: kind.domain }));
    return tunableTask(
      {
        name: "code",
        literals,
        rewrites,
        evaluate(values, applied) {
          const now = steps.map(({ begins }) => begins);
          let bend = 0;
          for (const i of applied) {
            const choice = choices[i];
            const added = junk[i - choices.length]?.bend;
            if (added === null) return null;
            if (choice !== undefined) now[choice.slot] = choice.at;
            else bend += added ?? 0;
          }
          const made = steps.map(
            ({ kind, key }, i) => [kind.variants[now[i] as number]!.effect, Number(values[key])] as const,
          );
          const squares = GRID.map((x, i) => (follow(made, x) + bend * x - (wanted[i] as number)) ** 2);
          return squares.reduce((sum, one) => sum + one, 0) / GRID.length;
        },
      },
      random,
    );
  },
};
