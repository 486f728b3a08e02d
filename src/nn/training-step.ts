/**
 * One training step as a model: batch, numbers and state in; loss and next state out. State is named `kind.index`
 * going in (`value.3`, `square.3`) and `next.kind.index` coming out.
 */
import { StropError } from "../core/errors.ts";
import type { Value, Values } from "./backend.ts";
import { gradients } from "./gradient.ts";
import { inputTensors, serialize, type InputSpecs, type Tensors } from "./model.ts";
import { clipByGlobalNorm } from "./optimizers/clip.ts";
import type { Optimizer } from "./optimizers/optimizer.ts";
import { sizeOf, type Graph, type Parameter, type Shape, type Tensor } from "./tensor.ts";

export interface TrainingStepOptions<Name extends string> {
  /** What a step is fed, by name. */
  readonly inputs: InputSpecs<Name>;
  /** The scalar to minimise. The parameters that it uses are trained. */
  readonly loss: (inputs: Tensors<Name>) => Tensor;
  readonly optimizer: Optimizer;
  /** Largest norm of all gradients together; default: no clipping. */
  readonly clipNorm?: number;
}

export interface TrainingStep {
  readonly model: Uint8Array;
  readonly parameters: readonly Parameter[];
  /** The state before the first step: the parameters' values, and zeros for the optimiser. */
  readonly state: Values;
}

/** @throws StropError `nn.gradient`, `nn.shape` from the pieces, `nn.no-parameters` when nothing is trainable. */
export function buildTrainingStep<Name extends string>(options: TrainingStepOptions<Name>): TrainingStep {
  const inputs = inputTensors(options.inputs);
  const loss = options.loss(inputs);
  const parameters = loss.graph.parameters();
  if (parameters.length === 0)
    throw new StropError("nn.no-parameters", "expected a loss that uses parameters, found none to train");
  const values = parameters.map((parameter) => loss.graph.use(parameter));
  const update = updates(options, { loss, values });
  return {
    model: serialize({
      inputs: [...Object.values<Tensor>(inputs), ...update.inputs],
      outputs: { loss, ...update.outputs },
      fed: new Map(values.map((value, index) => [value, valueName(index)])),
    }),
    parameters,
    state: initialState(parameters, options.optimizer.slots),
  };
}

export const valueName = (index: number): string => `value.${index}`;
export const nextName = (name: string): string => `next.${name}`;

interface Updates {
  readonly inputs: readonly Tensor[];
  readonly outputs: Tensors;
}

function updates(
  { optimizer, clipNorm }: Pick<TrainingStepOptions<string>, "optimizer" | "clipNorm">,
  { loss, values }: { loss: Tensor; values: readonly Tensor[] },
): Updates {
  const { graph } = loss;
  const raw = gradients(loss, values);
  const clipped = clipNorm === undefined ? raw : clipByGlobalNorm(raw, clipNorm);
  const learningRate = graph.input("learningRate", []);
  const scalars = inputsNamed(graph, Object.keys(optimizer.scalars(1)), []);
  const inputs = [learningRate, ...Object.values(scalars)];
  const outputs: Record<string, Tensor> = {};
  values.forEach((value, index) => {
    const fed = inputsNamed(
      graph,
      optimizer.slots.map((slot) => `${slot}.${index}`),
      value.shape,
    );
    const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, fed[`${slot}.${index}`]!]));
    const next = optimizer.update({ value, gradient: clipped[index]!, slots, scalars, learningRate });
    inputs.push(...Object.values(fed));
    outputs[nextName(valueName(index))] = next.value;
    for (const slot of optimizer.slots) outputs[nextName(`${slot}.${index}`)] = next.slots[slot]!;
  });
  return { inputs, outputs };
}

const inputsNamed = (graph: Graph, names: readonly string[], shape: Shape): Tensors =>
  Object.fromEntries(names.map((name) => [name, graph.input(name, shape)]));

function initialState(parameters: readonly Parameter[], slots: readonly string[]): Values {
  const state: Record<string, Value> = {};
  parameters.forEach(({ shape, data }, index) => {
    state[valueName(index)] = { dtype: "float32", shape, data: data.slice() };
    for (const slot of slots)
      state[`${slot}.${index}`] = { dtype: "float32", shape, data: new Float32Array(sizeOf(shape)) };
  });
  return state;
}
