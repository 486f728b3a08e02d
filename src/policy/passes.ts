/**
 * The computations of a learner as compiled graphs: forward, at batch sizes of powers of two, and a training step by reward or by example. All are
 * fed the same state, so that weights never have to be written back into a network.
 */
import { StropError } from "../core/errors.ts";
import {
  adam,
  buildTrainingStep,
  exportModel,
  float32Of,
  greater,
  parametersOf,
  reshape,
  type Backend,
  type InputSpec,
  type Session,
  type Tensors,
  type Value,
  type Values,
} from "../nn/index.ts";
import { imitationLoss } from "./imitation-loss.ts";
import { logProbabilities } from "./masked-categorical.ts";
import {
  placesOf,
  type Decision,
  type Episode,
  type Example,
  type Observation,
  type PolicyNetwork,
} from "./network.ts";
import { ppoLoss, type PpoCoefficients } from "./ppo-loss.ts";

/** What the policy says at one place of an observation. */
export interface Evaluation {
  /** ln π by action. */
  readonly logPi: Float32Array;
  /** V */
  readonly value: number;
}

export interface Passes {
  readonly initial: Values;
  /** The paths of the learned parameters by their names in the state. */
  readonly names: ReadonlyMap<string, string>;
  readonly minibatch: number;
  /** One for each place of each observation, in this order. */
  evaluate(state: Values, observations: readonly Observation[]): Promise<readonly Evaluation[]>;
  step(state: Values, episodes: readonly Episode[], numbers: StepNumbers): Promise<Values>;
  /** A step of imitation. */
  imitate(state: Values, examples: readonly Example[], numbers: StepNumbers): Promise<Values>;
  close(): Promise<void>;
}

interface StepNumbers {
  readonly steps: number;
  readonly learningRate: number;
}

interface PassesOptions extends PpoCoefficients {
  readonly backend: Backend;
  readonly minibatch?: number;
  readonly clipNorm?: number;
}

/** Largest batch of one forward pass. */
const LARGEST = 64;

/** Builds the graphs; each is compiled when it is first used. */
export async function openPasses(network: PolicyNetwork, options: PassesOptions): Promise<Passes> {
  const { backend, minibatch = 64 } = options;
  const decisions = minibatch * placesOf(network);
  const { byReward, byExample } = stepsOf(network, options);
  const { step, parameters, scalars } = byReward;
  const paths = new Map([...parametersOf(network.model)].map(([path, parameter]) => [parameter, path]));
  const names = new Map(parameters.map((parameter, i) => [`value.${i}`, paths.get(parameter) ?? missing()]));
  const fed = new Map(parameters.map((parameter, i) => [`value.${i}`, parameter]));
  const opened = new Map<string, Promise<Session>>();
  const byPlace = ({ decisions: made }: Episode) =>
    Array.from({ length: placesOf(network) }, (_, place) => made[place]);
  const session = (key: string, model: () => Uint8Array): Promise<Session> => {
    const one = opened.get(key) ?? backend.open(model());
    opened.set(key, one);
    return one;
  };
  const forwardOf = (size: number): Promise<Session> =>
    session(`forward ${size}`, () =>
      exportModel({ inputs: inputSpecs(network, size), outputs: (made) => forward(network, made), fed }),
    );
  /** The state after a step on these rows. */
  const train = async (
    training: Session,
    state: Values,
    { rows, feeds, numbers }: { rows: readonly { observation: Observation }[]; feeds: Values; numbers: StepNumbers },
  ): Promise<Values> => {
    const { steps, learningRate } = numbers;
    const observations = rows.map(({ observation }) => observation);
    const outputs = await training.run({
      ...observationFeeds(network, observations, minibatch),
      ...feeds,
      ...numberFeeds({ learningRate, ...scalars(steps) }),
      ...state,
    });
    return Object.fromEntries(Object.keys(state).map((name) => [name, outputs[`next.${name}`] as Value]));
  };
  return {
    initial: step.state,
    names,
    minibatch,
    async evaluate(state, observations) {
      const weights = Object.fromEntries([...names.keys()].map((name) => [name, state[name] as Value]));
      const results: Evaluation[] = [];
      for (let at = 0; at < observations.length; at += LARGEST) {
        const some = observations.slice(at, at + LARGEST);
        const size = 2 ** Math.ceil(Math.log2(some.length));
        const outputs = await (await forwardOf(size)).run({ ...observationFeeds(network, some, size), ...weights });
        results.push(...rowsOf(outputs, some.length * placesOf(network), network.actions));
      }
      return results;
    },
    async step(state, episodes, numbers) {
      const feeds = decisionFeeds(episodes.flatMap(byPlace), decisions);
      return train(await session("step", () => step.model), state, { rows: episodes, feeds, numbers });
    },
    async imitate(state, examples, numbers) {
      const feeds = exampleFeeds(network, examples, minibatch);
      return train(await session("imitation", byExample), state, { rows: examples, feeds, numbers });
    },
    async close() {
      await Promise.all([...opened.values()].map(async (one) => (await one).close()));
      opened.clear();
    },
  };
}

/** A training step by reward, and the model of one by example, which has the same state. */
function stepsOf(network: PolicyNetwork, options: PassesOptions) {
  const { minibatch = 64, clipNorm = 0.5 } = options;
  const inputs = inputSpecs(network, minibatch);
  const common = { optimizer: adam({ epsilon: 1e-5 }), clipNorm };
  const byReward = buildTrainingStep({
    ...common,
    inputs: { ...inputs, ...decisionSpecs(minibatch * placesOf(network)) },
    loss: (fed) => ppoLoss({ ...forward(network, fed), ...(fed as DecisionTensors) }, options),
  });
  const byExample = (): Uint8Array =>
    buildTrainingStep({
      ...common,
      inputs: { ...inputs, ...exampleSpecs(network, minibatch) },
      loss: (fed) => imitationLoss({ ...forward(network, fed), ...(fed as ExampleTensors) }, options),
    }).step.model;
  return { byReward, byExample };
}

function forward(
  network: PolicyNetwork,
  fed: Tensors,
): { readonly logPi: Tensors[string]; readonly values: Tensors[string] } {
  const { logits, values } = network.apply(fed);
  const mask = reshape(fed["mask"]!, logits.shape);
  return { logPi: logProbabilities(logits, greater(mask, 0)), values };
}

const inputSpecs = (network: PolicyNetwork, batch: number): Readonly<Record<string, InputSpec>> => ({
  ...Object.fromEntries(Object.entries(network.inputs).map(([name, shape]) => [name, { shape: [batch, ...shape] }])),
  mask: { shape: [batch, placesOf(network) * network.actions] },
});

const decisionSpecs = (count: number) => ({
  actions: { shape: [count], dtype: "int32" as const },
  oldLogProbabilities: { shape: [count] },
  advantages: { shape: [count] },
  targets: { shape: [count] },
  weights: { shape: [count] },
});

type DecisionTensors = Tensors<keyof ReturnType<typeof decisionSpecs>>;

const exampleSpecs = (network: PolicyNetwork, count: number) => ({
  expert: { shape: [count, network.actions] },
  targets: { shape: [count] },
  weights: { shape: [count] },
});
type ExampleTensors = Tensors<keyof ReturnType<typeof exampleSpecs>>;

/** Filled up to `count` with rows that do not count. */
function exampleFeeds({ actions }: PolicyNetwork, examples: readonly Example[], count: number): Values {
  const rows = Array.from({ length: count }, (_, i) => examples[i]);
  const column = (of: (example: Example) => number) =>
    float([count], Float32Array.from(rows.map((row) => (row === undefined ? 0 : of(row)))));
  return {
    expert: float([count, actions], stack(rows.map((row) => row?.expert ?? new Float32Array(actions)))),
    targets: column(({ target }) => target),
    weights: column(() => 1),
  };
}

/** Rows beyond the observations repeat the first, so that they are as valid as any. */
function observationFeeds(network: PolicyNetwork, observations: readonly Observation[], batch: number): Values {
  const rows = Array.from({ length: batch }, (_, i) => observations[i] ?? (observations[0] as Observation));
  const stacked = Object.entries(network.inputs).map(([name, shape]): [string, Value] => [
    name,
    float([batch, ...shape], stack(rows.map(({ inputs }) => inputs[name] ?? missing()))),
  ]);
  const mask = float([batch, placesOf(network) * network.actions], stack(rows.map((row) => row.mask)));
  return { ...Object.fromEntries(stacked), mask };
}

/** Filled up to `count` with decisions that do not count. */
function decisionFeeds(decisions: readonly (Decision | undefined)[], count: number): Values {
  const column = (of: (decision: Decision) => number) =>
    Array.from({ length: count }, (_, i) => (decisions[i] === undefined ? 0 : of(decisions[i])));
  const floats = (of: (decision: Decision) => number) => float([count], Float32Array.from(column(of)));
  return {
    actions: { dtype: "int32", shape: [count], data: Int32Array.from(column(({ action }) => action)) },
    oldLogProbabilities: floats(({ logProbability }) => logProbability),
    advantages: floats(({ advantage }) => advantage),
    targets: floats(({ target }) => target),
    weights: floats(() => 1),
  };
}

const numberFeeds = (numbers: Readonly<Record<string, number>>): Values =>
  Object.fromEntries(Object.entries(numbers).map(([name, number]) => [name, float([], Float32Array.of(number))]));

const float = (shape: readonly number[], data: Float32Array): Value => ({ dtype: "float32", shape, data });

function stack(rows: readonly ArrayLike<number>[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const out = new Float32Array(rows.length * width);
  for (const [i, row] of rows.entries()) out.set(row, i * width);
  return out;
}

function rowsOf(outputs: Values, rows: number, actions: number): readonly Evaluation[] {
  const logPi = float32Of(outputs["logPi"]);
  const values = float32Of(outputs["values"]);
  return Array.from({ length: rows }, (_, i) => ({
    logPi: logPi.slice(i * actions, (i + 1) * actions),
    value: values[i] as number,
  }));
}

function missing(): never {
  throw new StropError(
    "policy.network",
    "expected every input and parameter of a network under a name, found one without",
    {
      hint: "List all layers in `model` and fill all `inputs` of an observation.",
    },
  );
}
