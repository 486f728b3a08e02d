/**
 * Tensors as nodes of a computation: nothing is computed here. Each tensor remembers the operator that makes it, its
 * inputs, and how a gradient flows back through it; `gradient.ts` and `model.ts` walk these links. Shapes are static.
 */
import { StropError } from "../core/errors.ts";

export type DType = "float32" | "int32" | "int64" | "bool";
export type Shape = readonly number[];
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** An operator's attributes; a bare number is an integer, as ONNX tells them apart. */
export type Attributes = Readonly<Record<string, number | string | { readonly float: number } | readonly number[]>>;

/** Gradients for the parents, in order, given the gradient of the output; undefined where none flows. */
export type Backward = (gradient: Tensor) => readonly (Tensor | undefined)[];

export type Source =
  | { readonly kind: "operation"; readonly type: string; readonly attributes: Attributes }
  /** The second result of the operator that makes the only input. */
  | { readonly kind: "second" }
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "constant"; readonly data: TensorData }
  | { readonly kind: "parameter"; readonly parameter: Parameter };

export interface Tensor {
  readonly graph: Graph;
  /** Order of creation: a tensor's inputs have smaller ids. */
  readonly id: number;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly source: Source;
  /** What the operator reads. */
  readonly inputs: readonly Tensor[];
  /** What gradients flow to: the inputs, unless a shorter way around several operators is known. */
  readonly parents: readonly Tensor[];
  readonly backward: Backward | undefined;
}

/** Trainable numbers, independent of any graph, so that one model can be built into several. */
export interface Parameter {
  readonly kind: "parameter";
  readonly shape: Shape;
  /** Current value, row-major. Written by `Trainer.sync`. */
  readonly data: Float32Array<ArrayBuffer>;
  /** Never trained: part of every model as a constant. */
  readonly isFrozen: boolean;
}

/** What arithmetic accepts: tensors, parameters (bound to the other operand's graph) and plain numbers. */
export type Operand = Tensor | Parameter | number;

export interface OperationSpec {
  readonly shape: Shape;
  /** Default float32. */
  readonly dtype?: DType;
  readonly attributes?: Attributes;
  /** Default: the inputs. */
  readonly parents?: readonly Tensor[];
  readonly backward?: Backward;
}

/** One computation under construction. */
export interface Graph {
  /** Whether layers behave as in training: dropout drops, batch normalisation uses the batch. */
  readonly isTraining: boolean;
  input(name: string, shape: Shape, dtype?: DType): Tensor;
  constant(data: TensorData, shape: Shape): Tensor;
  /** The tensor that stands for a parameter here; the same one each time. */
  use(parameter: Parameter): Tensor;
  /** One ONNX operator with one output. */
  operation(type: string, inputs: readonly Tensor[], spec: OperationSpec): Tensor;
  /** The second output of an operator that has two: the positions that MaxPool found, say. No gradient flows through it. */
  second(tensor: Tensor, spec: Pick<OperationSpec, "shape" | "dtype">): Tensor;
  /** In training, what the parameter holds after the step, in place of what an optimiser would do: running statistics. */
  assign(parameter: Parameter, next: Tensor): void;
  assignments(): ReadonlyMap<Parameter, Tensor>;
  /** `make()` at the first call with this key, the same tensor afterwards. */
  once(key: string, make: () => Tensor): Tensor;
  /** Parameters in use, in order of first use. */
  parameters(): readonly Parameter[];
}

export interface GraphOptions {
  /** Default false. */
  readonly isTraining?: boolean;
}

/** An empty computation. */
export function createGraph({ isTraining = false }: GraphOptions = {}): Graph {
  let count = 0;
  const shared = new Map<string, Tensor>();
  const assigned = new Map<Parameter, Tensor>();
  const bound = new Map<Parameter, Tensor>();
  const node = (source: Source, spec: OperationSpec, inputs: readonly Tensor[] = []): Tensor => ({
    graph,
    id: count++,
    dtype: spec.dtype ?? "float32",
    shape: spec.shape,
    source,
    inputs,
    parents: spec.parents ?? inputs,
    backward: spec.backward,
  });
  const graph: Graph = {
    isTraining,
    input: (name, shape, dtype = "float32") => node({ kind: "input", name }, { shape, dtype }),
    constant: (data, shape) => node({ kind: "constant", data }, { shape, dtype: dtypeOf(data) }),
    operation: (type, inputs, spec) =>
      node({ kind: "operation", type, attributes: spec.attributes ?? {} }, spec, inputs),
    second: (tensor, spec) =>
      graph.once(`second of ${tensor.id}`, () => node({ kind: "second" }, { ...spec, parents: [] }, [tensor])),
    assign: (parameter, next) => void assigned.set(parameter, next),
    assignments: () => assigned,
    use(parameter) {
      const tensor = bound.get(parameter) ?? node({ kind: "parameter", parameter }, { shape: parameter.shape });
      bound.set(parameter, tensor);
      return tensor;
    },
    once(key, make) {
      const tensor = shared.get(key) ?? make();
      shared.set(key, tensor);
      return tensor;
    },
    parameters: () => [...bound.keys()],
  };
  return graph;
}

/** The tensor that an operand means in a graph. */
export function lift(graph: Graph, operand: Operand): Tensor {
  if (typeof operand === "number") return scalar(graph, operand);
  if (!("kind" in operand)) return operand;
  return graph.use(operand);
}

/** A float32 constant of rank 0. */
export const scalar = (graph: Graph, value: number): Tensor =>
  graph.once(`scalar ${value}`, () => graph.constant(Float32Array.of(value), []));

/** An int64 constant of rank 1, as shapes and axes are passed. */
export const integers = (graph: Graph, values: readonly number[]): Tensor =>
  graph.once(`integers ${values.join()}`, () => graph.constant(BigInt64Array.from(values, BigInt), [values.length]));

/** Number of elements. */
export const sizeOf = (shape: Shape): number => shape.reduce((size, length) => size * length, 1);

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

/** `[2, 3]`, for messages. */
export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/** The error of an operation on shapes that do not fit. */
export const shapeError = (operation: string, expected: string, found: string): StropError =>
  new StropError("nn.shape", `${operation}: expected ${expected}, found ${found}`, {
    hint: "Check the shapes where this layer is built.",
  });

function dtypeOf(data: TensorData): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Int32Array) return "int32";
  return data instanceof BigInt64Array ? "int64" : "bool";
}
