/**
 * A model's parameters by name, and their values as safetensors. A model is any tree of layers, lists and records; names are the
 * paths in it, `blocks.0.attention.query.weight`, so that they survive a change elsewhere.
 */
import { float32Of, type Value } from "../backend.ts";
import type { Parameter } from "../tensor.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { requireSameShapes } from "./state.ts";

/** Every parameter below `model` by its path, in the tree's order; one that stands in two places has its first path. */
export function parametersOf(model: unknown): ReadonlyMap<string, Parameter> {
  const found = new Map<string, Parameter>();
  const seen = new Set<unknown>();
  const visit = (node: unknown, path: string): void => {
    if (node === null || (typeof node !== "object" && typeof node !== "function") || seen.has(node)) return;
    seen.add(node);
    if (isParameter(node)) found.set(path, node);
    else for (const [name, child] of Object.entries(node)) visit(child, path === "" ? name : `${path}.${name}`);
  };
  visit(model, "");
  return found;
}

const isParameter = (node: object): node is Parameter => "kind" in node && node.kind === "parameter" && "data" in node;

/** The values of a model's parameters as the bytes of a .safetensors file. */
export function saveParameters(
  model: unknown,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const values = [...parametersOf(model)].map(([name, { shape, data }]): [string, Value] => [
    name,
    { dtype: "float32", shape, data },
  ]);
  return encodeSafetensors({ tensors: Object.fromEntries(values), metadata });
}

/**
 * Write saved values into a model's parameters; the metadata are returned.
 * @throws StropError `nn.bad-checkpoint` when names or shapes differ; then nothing is written.
 */
export function loadParameters(model: unknown, bytes: Uint8Array): Readonly<Record<string, string>> {
  const { tensors, metadata } = decodeSafetensors(bytes);
  const parameters = parametersOf(model);
  const expected = [...parameters].map(([name, { shape }]) => [name, { dtype: "float32" as const, shape }] as const);
  requireSameShapes(tensors, Object.fromEntries(expected));
  for (const [name, { data }] of parameters) data.set(float32Of(tensors[name]));
  return metadata;
}
