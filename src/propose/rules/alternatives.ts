/** Alternatives: another member of the same family of functions, if the program has it or can import it. */
import { lastIdentifier } from "../../syntax/names.ts";
import type { SyntaxNode } from "../../syntax/tree.ts";
import { importing, importSource } from "./imports.ts";
import {
  callParts,
  isOffLimits,
  isScript,
  replaceNode,
  type Rewrite,
  type Rule,
  type Source,
  sourceOf,
} from "./rule.ts";

/** Functions that stand in for each other: they take and give the same things. */
const FAMILIES: readonly (readonly string[])[] = [
  ["relu", "gelu", "silu", "tanh", "sigmoid", "elu", "mish", "softplus", "leaky_relu", "leakyRelu"],
  ["ReLU", "GELU", "SiLU", "Tanh", "ELU", "Mish", "LeakyReLU"],
  ["layerNorm", "rmsNorm"],
  ["LayerNorm", "RMSNorm"],
  ["layerNormalize", "rmsNormalize"],
  ["layer_norm", "rms_norm"],
  ["adam", "adamW"],
  ["Adam", "AdamW", "NAdam", "RAdam", "RMSprop"],
  ["normal", "uniform", "glorot", "fanIn"],
  ["xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "orthogonal_"],
];

/** Names so common that only a call shows that a function is meant. */
const CALLED: readonly (readonly string[])[] = [
  ["min", "max"],
  ["floor", "ceil", "round"],
  ["mean", "sum"],
  ["sin", "cos"],
];

/** What well-known modules export, of the families above. A name in a program proves only itself. */
const EXPORTS: Readonly<Record<string, readonly string[]>> = {
  "strop/nn": [
    "relu",
    "gelu",
    "silu",
    "tanh",
    "sigmoid",
    "layerNorm",
    "rmsNorm",
    "layerNormalize",
    "rmsNormalize",
    "adam",
    "adamW",
  ],
  torch: ["relu", "tanh", "sigmoid"],
  "torch.nn.functional": ["relu", "gelu", "silu", "elu", "mish", "softplus", "leaky_relu", "layer_norm", "rms_norm"],
  "torch.nn": ["ReLU", "GELU", "SiLU", "Tanh", "ELU", "Mish", "LeakyReLU", "LayerNorm", "RMSNorm"],
  "torch.optim": ["Adam", "AdamW", "NAdam", "RAdam"],
  "torch.nn.init": ["xavier_uniform_", "xavier_normal_", "kaiming_uniform_", "kaiming_normal_", "orthogonal_"],
};
/** The names that programs give these modules. */
const OBJECTS: Readonly<Record<string, string>> = {
  torch: "torch",
  F: "torch.nn.functional",
  nn: "torch.nn",
  "torch.nn": "torch.nn",
  "torch.optim": "torch.optim",
  optim: "torch.optim",
  "nn.init": "torch.nn.init",
  init: "torch.nn.init",
};

export const alternatives: Rule = {
  name: "alternatives",
  weight: 1.5,
  find(source) {
    const members = membersByObject(source);
    const names = new Set(
      // The name of a keyword argument is no function.
      source.nodes
        .filter(
          (node) => node.type === "identifier" && !(node.field === "name" && node.parent?.type.startsWith("keyword")),
        )
        .map((node) => sourceOf(source, node)),
    );
    return source.nodes.flatMap((node) => [
      ...inFamily(source, node, { members, names }),
      ...sameObject(source, node, members),
    ]);
  },
};

interface Known {
  readonly members: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly names: ReadonlySet<string>;
}

/** Functions called on each object of the file, with their number of arguments. */
function membersByObject(source: Source): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const members = new Map<string, Map<string, number>>();
  for (const node of source.nodes) {
    const parts = callParts(node);
    const [object, name] = parts === null ? ["", ""] : memberOf(sourceOf(source, parts.callee));
    if (object === "" || parts === null) continue;
    members.set(object, (members.get(object) ?? new Map()).set(name, parts.values.length));
  }
  return members;
}

function memberOf(code: string): [object: string, name: string] {
  const dot = code.lastIndexOf(".");
  return dot < 0 || !/^[\w$.]+$/.test(code) ? ["", code] : [code.slice(0, dot), code.slice(dot + 1)];
}

function inFamily(source: Source, node: SyntaxNode, known: Known): Rewrite[] {
  if (!isFunctionName(node) || isOffLimits(node)) return [];
  const name = sourceOf(source, node);
  const isCalled = node.field === "function" || node.parent?.field === "function";
  const family = [...FAMILIES, ...(isCalled ? CALLED : [])].find((one) => one.includes(name));
  if (family === undefined) return [];
  const up = node.parent as SyntaxNode;
  const isMember = /^(?:member_expression|attribute|field_expression)$/.test(up.type);
  const object = isMember ? memberOf(sourceOf(source, up))[0] : "";
  return family
    .filter((other) => other !== name)
    .flatMap((other) => {
      const description = `swap ${name} → ${other}`;
      if (isMember) {
        const exists =
          known.members.get(object)?.has(other) === true ||
          (object === "Math" && /^(?:min|max|floor|ceil|round|sin|cos)$/.test(other));
        const isExported =
          OBJECTS[object] !== undefined &&
          /\btorch\b/.test(source.text) &&
          (EXPORTS[OBJECTS[object]] ?? []).includes(other);
        return exists || isExported ? [replaceNode(node, other, description)] : [];
      }
      if (known.names.has(other)) return [replaceNode(node, other, description)];
      const module = importSource(source, name);
      const added =
        module !== undefined && (EXPORTS[module] ?? []).includes(other) ? importing(source, module, [other]) : null;
      return added === null
        ? []
        : [
            {
              ...replaceNode(node, other, description),
              replacements: [...added, ...replaceNode(node, other, "").replacements],
            },
          ];
    });
}

/** Called, or handed over as an argument or an option; not declared, imported or a shorthand. */
function isFunctionName(node: SyntaxNode): boolean {
  if (!/^(?:identifier|property_identifier|field_identifier)$/.test(node.type)) return false;
  const up = node.parent;
  if (up === null) return false;
  if (node.type === "property_identifier" || /^(?:attribute|member_expression|field_expression)$/.test(up.type)) {
    return (
      up.children.at(-1) === node && up.parent !== null && (up.field === "function" || /argument/.test(up.parent.type))
    );
  }
  return (
    node.field === "function" ||
    /^arguments$|argument_list/.test(up.type) ||
    (node.field === "value" && /pair|keyword_argument/.test(up.type))
  );
}

/** Another function of the same object that the file calls with as many arguments: `nn.a(x)` → `nn.b(x)`. */
function sameObject(source: Source, node: SyntaxNode, members: Known["members"]): Rewrite[] {
  const parts = callParts(node);
  if (parts === null || !isScript(source) || isOffLimits(node)) return [];
  const [object, name] = memberOf(sourceOf(source, parts.callee));
  if (
    /^(?:|this|self|trial|console|process|JSON|Object|Array|Promise)$/.test(object) ||
    FAMILIES.some((one) => one.includes(name))
  )
    return [];
  const others = [...(members.get(object) ?? [])].filter(
    ([other, arity]) => other !== name && arity === parts.values.length,
  );
  const last = parts.callee.children.at(-1) ?? parts.callee;
  return others.map(([other]) =>
    replaceNode(last, other, `swap ${lastIdentifier(object)}.${name} → ${lastIdentifier(object)}.${other}`),
  );
}
