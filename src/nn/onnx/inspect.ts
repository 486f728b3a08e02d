/**
 * What an untrusted .onnx file says about itself, read strictly: a field that is unknown, or that stands twice where one
 * is allowed, is refused, so that this reader and the runtime's cannot see two different models in the same bytes.
 */
import { StropError } from "../../core/errors.ts";
import { readFields, wireType, type Field } from "./wire.ts";

export interface Signature {
  readonly name: string;
  /** Name of the element type as in ONNX, lower case: `float`, `int32`, `int64`; others as `type 11`. */
  readonly type: string;
  /** A number where the dimension is fixed, otherwise its name, or undefined. */
  readonly shape: readonly (number | string | undefined)[];
}

export interface ModelSummary {
  /** What must be fed: inputs that no initialiser fills. */
  readonly inputs: readonly Signature[];
  readonly outputs: readonly Signature[];
  /** Distinct operators, `domain::Type` outside the standard domain; those of subgraphs too. */
  readonly operators: ReadonlySet<string>;
  /** What goes beyond nodes and weights: `external data`, `functions`, `subgraphs`, `training info`, `sparse tensors`. */
  readonly features: ReadonlySet<string>;
}

/** Field numbers that may stand once, and those that may repeat (onnx.proto3, IR version 10). */
const schemas = {
  model: { once: [1, 2, 3, 4, 5, 6, 7], many: [8, 14, 20, 25, 26] },
  graph: { once: [2, 10], many: [1, 5, 11, 12, 13, 14, 15, 16] },
  node: { once: [3, 4, 6, 7, 8], many: [1, 2, 5, 9, 10] },
  attribute: { once: [1, 2, 3, 4, 5, 6, 13, 14, 20, 21, 22], many: [7, 8, 9, 10, 11, 15, 23] },
  tensor: { once: [2, 3, 8, 9, 12, 14], many: [1, 4, 5, 6, 7, 10, 11, 13, 16] },
  value: { once: [1, 2, 3], many: [4] },
  type: { once: [1, 4, 5, 6, 7, 8, 9], many: [] },
  tensorType: { once: [1, 2], many: [] },
  shape: { once: [], many: [1] },
  dimension: { once: [1, 2, 3], many: [] },
} as const;

/**
 * Read a model's signature, operators and features without running it.
 * @throws StropError `nn.bad-model` when the bytes are not a model, or an ambiguous one.
 */
export function inspectModel(bytes: Uint8Array): ModelSummary {
  const found: Findings = { operators: new Set(), features: new Set() };
  const model = open(bytes, "model");
  if (model.all(20).length > 0) found.features.add("training info");
  if (model.all(25).length > 0) found.features.add("functions");
  const graph = open(model.bytes(7), "graph");
  visitGraph(graph, found);
  const filled = new Set(graph.all(5).map(({ bytes: tensor }) => open(tensor, "tensor").text(8)));
  return {
    inputs: graph
      .all(11)
      .map(signatureOf)
      .filter(({ name }) => !filled.has(name)),
    outputs: graph.all(12).map(signatureOf),
    ...found,
  };
}

interface Findings {
  readonly operators: Set<string>;
  readonly features: Set<string>;
}

function visitGraph(graph: Message, found: Findings): void {
  if (graph.all(15).length > 0) found.features.add("sparse tensors");
  for (const { bytes } of graph.all(5)) visitTensor(open(bytes, "tensor"), found);
  for (const { bytes } of graph.all(1)) {
    const node = open(bytes, "node");
    const domain = node.text(7);
    found.operators.add(domain === "" || domain === "ai.onnx" ? node.text(4) : `${domain}::${node.text(4)}`);
    for (const attribute of node.all(5)) visitAttribute(open(attribute.bytes, "attribute"), found);
  }
}

function visitAttribute(attribute: Message, found: Findings): void {
  for (const { bytes } of [...attribute.all(5), ...attribute.all(10)]) visitTensor(open(bytes, "tensor"), found);
  for (const { bytes } of [...attribute.all(6), ...attribute.all(11)]) {
    found.features.add("subgraphs");
    visitGraph(open(bytes, "graph"), found);
  }
  if (attribute.all(22).length + attribute.all(23).length > 0) found.features.add("sparse tensors");
}

function visitTensor(tensor: Message, found: Findings): void {
  if (tensor.all(13).length > 0 || tensor.number(14) !== 0) found.features.add("external data");
}

const typeNames: Readonly<Record<number, string>> = { 1: "float", 6: "int32", 7: "int64", 9: "bool" };

function signatureOf({ bytes }: Field): Signature {
  const value = open(bytes, "value");
  const type = open(value.bytes(2), "type");
  const tensor = open(type.bytes(1), "tensorType");
  const code = tensor.number(1);
  const shape = open(tensor.bytes(2), "shape")
    .all(1)
    .map((field) => {
      const dimension = open(field.bytes, "dimension");
      return dimension.all(1).length > 0 ? dimension.number(1) : dimension.text(2) || undefined;
    });
  return { name: value.text(1), type: typeNames[code] ?? `type ${code}`, shape };
}

interface Message {
  all(field: number): readonly Field[];
  /** Contents of a field that stands once; empty when absent. */
  bytes(field: number): Uint8Array;
  text(field: number): string;
  number(field: number): number;
}

const decoder = new TextDecoder();

function open(bytes: Uint8Array, kind: keyof typeof schemas): Message {
  const { once, many }: { once: readonly number[]; many: readonly number[] } = schemas[kind];
  const fields = new Map<number, Field[]>();
  for (const field of readFields(bytes)) {
    const same = fields.get(field.field) ?? [];
    if (!many.includes(field.field) && !(once.includes(field.field) && same.length === 0)) {
      const problem = once.includes(field.field) ? "twice" : "which ONNX does not have there";
      throw new StropError(
        "nn.bad-model",
        `expected an ONNX model, found field ${field.field} of a ${kind} ${problem}`,
      );
    }
    same.push(field);
    fields.set(field.field, same);
  }
  const only = (field: number, wire: number): Field | undefined => {
    const found = fields.get(field)?.[0];
    if (found !== undefined && found.wire !== wire)
      throw new StropError(
        "nn.bad-model",
        `expected an ONNX model, found field ${field} of a ${kind} in another encoding`,
      );
    return found;
  };
  const contents = (field: number) => only(field, wireType.bytes)?.bytes ?? new Uint8Array(0);
  return {
    all: (field) => fields.get(field) ?? [],
    bytes: contents,
    text: (field) => decoder.decode(contents(field)),
    number: (field) => Number(BigInt.asIntN(64, only(field, wireType.varint)?.number ?? 0n)),
  };
}
