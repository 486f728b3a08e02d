/**
 * Families of problems with known minima. Names carry what they carry in real programs: some kinds of literal matter more than others, and
 * some have their best values where practitioners look for them; how much is drawn anew for every task.
 */
import type { Random } from "../../../core/numerics/random.ts";
import type { Domain } from "../../literals/domain.ts";
import { choice, few, nearOne, rate, share, sizes } from "./domains.ts";
import type { Family, GymPlace, GymRewrite, GymTask, Units } from "./gym-task.ts";

interface Kind {
  readonly names: readonly string[];
  readonly domain: Domain;
  /** How much it usually matters. */
  readonly matters: number;
  /** Where its best value usually is, in units; anywhere without. */
  readonly usual?: number;
}

const KINDS: readonly Kind[] = [
  { names: ["learningRate", "lr", "learning_rate", "base_lr", "stepSize", "eta"], domain: rate(0.01), matters: 2 },
  { names: ["weightDecay", "weight_decay", "wd", "l2Penalty"], domain: rate(0.1), matters: 0.4, usual: 0.4 },
  { names: ["beta1", "momentum", "mu"], domain: share, matters: 0.6, usual: 0.9 },
  { names: ["beta2", "ema_decay", "averageDecay"], domain: nearOne, matters: 0.3 },
  { names: ["epsilon", "eps"], domain: rate(1e-6, 10), matters: 0.02 },
  { names: ["dropout", "dropRate", "drop_path"], domain: share, matters: 0.8, usual: 0.1 },
  { names: ["width", "hidden", "d_model", "channels"], domain: sizes(64), matters: 1, usual: 0.7 },
  { names: ["layers", "depth", "blocks", "heads"], domain: few(4), matters: 0.8, usual: 0.4 },
  { names: ["batchSize", "batch_size", "batch"], domain: sizes(64), matters: 0.8, usual: 0.35 },
  { names: ["warmup", "warmupSteps", "warmup_steps"], domain: { ...rate(100, 8), step: 1 }, matters: 0.4 },
  { names: ["clipNorm", "max_norm", "gradClip"], domain: rate(1, 10), matters: 0.3, usual: 0.5 },
  { names: ["initScale", "init_std", "sigma"], domain: rate(0.02), matters: 0.7, usual: 0.5 },
  { names: ["temperature", "tau", "alpha", "gain"], domain: rate(1, 10), matters: 0.7 },
  { names: ["threshold", "cutoff", "tolerance", "margin"], domain: rate(0.1, 10), matters: 0.8 },
  { names: ["fraction", "ratio", "keep", "prob"], domain: share, matters: 0.8 },
  { names: ["chunk", "stride", "bufferSize", "capacity"], domain: { ...rate(256, 8), step: 1 }, matters: 0.6 },
  {
    names: ["iterations", "restarts", "rounds", "samples"],
    domain: { ...rate(20, 8), step: 1 },
    matters: 0.9,
    usual: 0.8,
  },
  { names: ["schedule", "decay_style", "mode"], domain: choice("constant", "cosine", "linear"), matters: 0.8 },
  { names: ["useBias", "nesterov", "tie_weights", "normalize"], domain: choice(false, true), matters: 0.3 },
];
const SCOPES = ["options", "config", "train", "optimizer", "model", "main", "solve", "params", "step", "build"];
const RULES: readonly (readonly [rule: string, helps: number, breaks: number])[] = [
  ["alternatives", 0.12, 0.3],
  ["schedules", 0.3, 0.1],
  ["training", 0.25, 0.15],
  ["statements", 0.08, 0.35],
  ["unwrap", 0.06, 0.3],
  ["conditions", 0.05, 0.2],
  ["operators", 0.04, 0.2],
  ["argument-order", 0.01, 0.5],
];

const between = (random: Random, low: number, high: number): number => low + (high - low) * random.next();

interface Drawn extends GymPlace {
  readonly weight: number;
  readonly best: number;
}

/** Literals of a made-up program: what they are called, where they stand, where they should, and how much that matters. */
function drawPlaces(random: Random, count: number, { sparsity = 0.3, spread = 0.8 } = {}): readonly Drawn[] {
  return Array.from({ length: count }, (_, i): Drawn => {
    const kind = random.pick(KINDS);
    const { domain } = kind;
    const names = [random.pick(kind.names), random.pick(SCOPES)];
    const weight = random.next() < sparsity ? 0 : kind.matters * Math.exp(spread * random.normal());
    const options = domain.kind === "choice" ? domain.options.length : 0;
    if (options > 0)
      return { key: `${i}`, names, domain, unit: random.integer(options), weight, best: random.integer(options) };
    const usual = kind.usual === undefined ? between(random, 0.05, 0.95) : kind.usual + 0.15 * random.normal();
    return {
      key: `${i}`,
      names,
      domain,
      unit: random.next() < 0.6 ? 0.5 : between(random, 0.1, 0.9),
      weight,
      best: Math.min(1, Math.max(0, usual)),
    };
  });
}

/** What it multiplies the gap to the minimum by; null for one that breaks the program. */
interface Effect {
  readonly rule: string;
  readonly factor: number | null;
}

function drawRewrites(random: Random, count: number): readonly Effect[] {
  return Array.from({ length: count }, () => {
    const [rule, helps, breaks] = random.pick(RULES);
    const draw = random.next();
    if (draw < breaks) return { rule, factor: null };
    return { rule, factor: draw < breaks + helps ? between(random, 0.6, 0.98) : 1 + 0.5 * random.next() ** 2 };
  });
}

/** The task with rewrites that do this to its gap. */
const withRewrites = (task: GymTask, effects: readonly Effect[]): GymTask => ({
  ...task,
  rewrites: effects.map(({ rule }): GymRewrite => ({ rule })),
  loss(units, applied, stream) {
    const raw = task.loss(units, applied, stream);
    const factors = [...applied].map((i) => (effects[i] as Effect).factor);
    if (raw === null || factors.includes(null)) return null;
    return task.minimum + factors.reduce<number>((gap, factor) => gap * (factor ?? 1), raw - task.minimum);
  },
});

const isNumber = ({ domain }: Drawn): boolean => domain.kind === "number";

/** Distance to the best place: signed for numbers, 0 or 0.4 for choices. */
const offset = (place: Drawn, units: Units): number => {
  const unit = units.get(place.key) ?? place.unit;
  return isNumber(place) ? unit - place.best : unit === place.best ? 0 : 0.4;
};

interface Shape {
  readonly name: string;
  readonly random: Random;
  readonly places: readonly Drawn[];
  /** 0 at the best places. */
  readonly excess: (offsets: readonly number[], units: Units) => number | null;
}

const taskOf = (shape: Shape): GymTask => {
  const { task, effects } = drawTask(shape);
  return withRewrites(task, effects);
};

function drawTask({ name, random, places, excess }: Shape): { task: GymTask; effects: readonly Effect[] } {
  const isNoisy = random.next() < 0.15;
  const floor = random.next() < 0.5 ? 0 : between(random, 0.2, 3);
  const size = 10 ** between(random, -1, 1);
  const deviation = isNoisy ? 0.01 * size : 0;
  const effects = random.next() < 0.5 ? [] : drawRewrites(random, 3 + random.integer(12));
  const task: GymTask = {
    name,
    places,
    rewrites: [],
    minimum: size * floor,
    isNoisy,
    loss(units, _, stream) {
      const value = excess(
        places.map((place) => offset(place, units)),
        units,
      );
      return value === null ? null : size * (floor + value) + (isNoisy ? deviation * Math.abs(stream.normal()) : 0);
    },
  };
  return { task, effects };
}

const bowl: Family = {
  name: "bowl",
  make(random) {
    const places = drawPlaces(random, 2 + random.integer(14));
    const power = random.next() < 0.7 ? 2 : 1;
    return taskOf({
      name: "bowl",
      random,
      places,
      excess: (offsets) =>
        offsets.reduce((sum, x, i) => sum + (places[i] as Drawn).weight * Math.abs(2 * x) ** power, 0),
    });
  },
};

/** Literals that have to be moved together: each pair adds what its sum and difference miss. */
const tilted: Family = {
  name: "tilted",
  make(random) {
    const places = drawPlaces(random, 2 + random.integer(7), { sparsity: 0 });
    const sharpness = 10 ** between(random, 0, 1.5);
    return taskOf({
      name: "tilted",
      random,
      places,
      excess: (offsets) =>
        offsets.reduce((sum, x, i) => {
          const next = offsets[(i + 1) % offsets.length] as number;
          return sum + (x + next) ** 2 + sharpness * (x - next) ** 2;
        }, 0),
    });
  },
};

/** A curved valley, as Rosenbrock's. */
const valley: Family = {
  name: "valley",
  make(random) {
    const places = drawPlaces(random, 2 + random.integer(4), { sparsity: 0 });
    const steepness = 10 ** between(random, 0.5, 2);
    return taskOf({
      name: "valley",
      random,
      places,
      excess: (offsets) =>
        offsets.slice(1).reduce((sum, x, i) => {
          const before = offsets[i] as number;
          return sum + steepness * (x - 2 * before ** 2 - before) ** 2 + before ** 2;
        }, 0),
    });
  },
};

/** A bowl with ripples, whose bottoms are not the best place. */
const rippled: Family = {
  name: "rippled",
  make(random) {
    const places = drawPlaces(random, 2 + random.integer(6), { sparsity: 0.1 });
    const [depth, waves] = [between(random, 0.02, 0.3), 2 + random.integer(5)];
    const excess = (offsets: readonly number[]) =>
      offsets.reduce(
        (sum, x, i) =>
          sum + (places[i] as Drawn).weight * (4 * x * x + depth * (1 - Math.cos(2 * Math.PI * waves * x))),
        0,
      );
    return taskOf({ name: "rippled", random, places, excess });
  },
};

/** Training: a plateau where nothing is learned, a cliff beyond which it diverges, and a limit on size that breaks the program. */
const cliffs: Family = {
  name: "cliffs",
  make(random) {
    const places = drawPlaces(random, 4 + random.integer(12));
    const [cliff, limit] = [between(random, 0.15, 0.4), between(random, 0.6, 0.95)];
    const [steep, large] = [random.pick(places), random.pick(places)];
    return taskOf({
      name: "cliffs",
      random,
      places,
      excess(offsets, units) {
        const size = units.get(large.key) ?? large.unit;
        if (isNumber(large) && size > Math.max(limit, large.best + 0.05, large.unit + 0.02)) return null;
        const over = isNumber(steep) ? Math.max(0, (offsets[places.indexOf(steep)] as number) - cliff) : 0;
        return offsets.reduce((sum, x, i) => sum + (places[i] as Drawn).weight * Math.tanh(4 * x * x), 0) + 20 * over;
      },
    });
  },
};

/** Most of the gain is in the code. */
const structural: Family = {
  name: "structural",
  make(random) {
    const places = drawPlaces(random, 1 + random.integer(4));
    const { task } = drawTask({
      name: "structural",
      random,
      places,
      excess: (offsets) => 0.5 + offsets.reduce((sum, x, i) => sum + (places[i] as Drawn).weight * x * x, 0),
    });
    return withRewrites(task, drawRewrites(random, 8 + random.integer(12)));
  },
};

/** Shapes of landscapes. What the benchmark measures on is none of these (bench/policy). */
export const SHAPES: readonly Family[] = [bowl, tilted, valley, rippled, cliffs, structural];
