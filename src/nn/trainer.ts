/**
 * Training: forward, backward and optimiser as one ONNX graph, compiled once. A step feeds the batch and the state and
 * gets back the loss and the next state, which stays in plain arrays between steps.
 */
import { createRandom } from "../core/numerics/random.ts";
import { StropError } from "../core/errors.ts";
import { float32Of, type Backend, type Session, type Value, type Values } from "./backend.ts";
import { decodeSafetensors } from "./checkpoint/safetensors.ts";
import { readState, writeState } from "./checkpoint/state.ts";
import type { InputSpec, InputSpecs } from "./model.ts";
import { seedName } from "./ops/dropout.ts";
import type { Optimizer } from "./optimizers/optimizer.ts";
import { sizeOf } from "./tensor.ts";
import {
  buildTrainingStep,
  nextName,
  valueName,
  type TrainingStep,
  type TrainingStepOptions,
} from "./training-step.ts";

export interface RunOptions {
  readonly backend: Backend;
  /** Of dropout masks; default 0. */
  readonly seed?: number;
  /** What `Trainer.checkpoint` returned: training goes on from there. Default: from the start. */
  readonly checkpoint?: Uint8Array;
}

export interface TrainerOptions<Name extends string> extends TrainingStepOptions<Name>, RunOptions {}

export interface StepRunner<Name extends string> {
  /** Number of trained numbers. */
  readonly size: number;
  /**
   * One update with this batch; arrays have the sizes and types that `inputs` declares. One call at a time.
   * @returns the loss before the update, NaN and infinities included.
   */
  step(feeds: Readonly<Record<Name, Value["data"]>>, learningRate: number): Promise<number>;
  /** Updates made so far, those before a checkpoint included. */
  steps(): number;
  /** The state now: `value.0`, … and the optimiser's. Contract: to be read before the next step. */
  state(): Values;
  /** Parameters, optimiser state and number of steps as safetensors. */
  checkpoint(): Uint8Array<ArrayBuffer>;
  close(): Promise<void>;
}

export interface Trainer<Name extends string> extends StepRunner<Name> {
  /** Write the trained values into the parameters, for `exportModel` and other graphs. */
  sync(): void;
}

/** Build and compile the training step. */
export async function createTrainer<Name extends string>(options: TrainerOptions<Name>): Promise<Trainer<Name>> {
  const { step, parameters, scalars } = buildTrainingStep(options);
  const runner = await runTrainingStep(step, { ...options, scalars });
  const sync = (): void => {
    const current = runner.state();
    for (const [index, { data }] of parameters.entries()) data.set(float32Of(current[valueName(index)]));
  };
  return { ...runner, sync };
}

/**
 * Compile and run a step that was built elsewhere.
 * @throws StropError `nn.open` when the runtime refuses it, `nn.bad-checkpoint` for a checkpoint of another step.
 */
export async function runTrainingStep<Name extends string>(
  { model, inputs, state: initial, isSeeded }: TrainingStep<Name>,
  options: RunOptions & Pick<Optimizer, "scalars">,
): Promise<StepRunner<Name>> {
  const resumed = options.checkpoint && readState(decodeSafetensors(options.checkpoint), initial);
  const session = await options.backend.open(model);
  const state = keepState(session, resumed?.values ?? copied(initial));
  let steps = resumed?.steps ?? 0;
  return {
    size: sizeOfValues(initial),
    async step(feeds, learningRate) {
      const next = steps + 1;
      const numbers = scalarValues({ learningRate, ...options.scalars(next) });
      const seed: Values = isSeeded ? { [seedName]: seedValue(options.seed ?? 0, next) } : {};
      const outputs = await state.advance({ ...batchValues(inputs, feeds), ...numbers, ...seed });
      steps = next;
      return float32Of(outputs["loss"])[0]!;
    },
    steps: () => steps,
    state: state.current,
    checkpoint: () => writeState({ values: state.current(), steps }),
    close: () => session.close(),
  };
}

const sizeOfValues = (state: Values): number =>
  Object.entries(state)
    .filter(([name]) => name.startsWith(valueName(0).slice(0, -1)))
    .reduce((total, [, { shape }]) => total + sizeOf(shape), 0);

const copied = (state: Values): Values =>
  Object.fromEntries(Object.entries(state).map(([name, value]) => [name, { ...value, data: value.data.slice() }]));

/** Runs the session on its own results. Two sets of buffers, `initial` one of them, take turns where the backend can write into them. */
function keepState(session: Session, initial: Values) {
  const names = Object.keys(initial);
  let current = initial;
  let spare: Values = Object.fromEntries(
    Object.entries(copied(initial)).map(([name, value]) => [nextName(name), value]),
  );
  return {
    current: () => current,
    async advance(feeds: Values): Promise<Values> {
      const outputs = await session.run({ ...feeds, ...current }, spare);
      spare = Object.fromEntries(names.map((name) => [nextName(name), current[name]!]));
      current = Object.fromEntries(names.map((name) => [name, outputs[nextName(name)]!]));
      return outputs;
    },
  };
}

function batchValues<Name extends string>(
  specs: InputSpecs<Name>,
  feeds: Readonly<Record<Name, Value["data"]>>,
): Values {
  const given = new Map(Object.entries<Value["data"]>(feeds));
  const entries = Object.entries<InputSpec>(specs).map(([name, { shape, dtype = "float32" }]): [string, Value] => {
    const data = given.get(name);
    if (data?.length !== sizeOf(shape))
      throw new StropError(
        "nn.feed",
        `expected ${sizeOf(shape)} numbers for "${name}", found ${data?.length ?? "none"}`,
      );
    return [name, { dtype, shape, data }];
  });
  return Object.fromEntries(entries);
}

const scalarValues = (numbers: Readonly<Record<string, number>>): Values =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, number]) => [
      name,
      { dtype: "float32", shape: [], data: Float32Array.of(number) },
    ]),
  );

const seedValue = (seed: number, step: number): Value => ({
  dtype: "int32",
  shape: [],
  data: Int32Array.of(createRandom(`${seed}/${step}`).integer(2 ** 32) | 0),
});
