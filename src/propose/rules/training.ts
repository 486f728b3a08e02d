/**
 * Training idioms: residual connections, weight decay and momenta, gradient clipping, tied embeddings. Each is offered
 * only where the program shows that it fits.
 */
import { childOf, type SyntaxNode } from "../../syntax/tree.ts";
import { importing, importSource } from "./imports.ts";
import {
  brief,
  callParts,
  insertedAfter,
  isPython,
  isScript,
  replaceNode,
  type Rewrite,
  type Rule,
  type Source,
  sourceOf,
} from "./rule.ts";

export const training: Rule = {
  name: "training",
  weight: 1.2,
  find: (source) =>
    isPython(source) || isScript(source)
      ? source.nodes.flatMap((node) => [
          ...residuals(source, node),
          ...optimizerOptions(source, node),
          ...adaptive(source, node),
          ...clipping(source, node),
          ...tying(source, node),
        ])
      : [],
};

/** `x = f(x)` ⇄ `x = x + f(x)`, and the branch at half its weight. */
function residuals(source: Source, node: SyntaxNode): Rewrite[] {
  if (!/^assignment(?:_expression)?$/.test(node.type)) return [];
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left?.type !== "identifier" || right === undefined) return [];
  const name = sourceOf(source, left);
  const branch = isPython(source) ? addedTo(source, right, name) : argumentAddedTo(source, right, name);
  if (branch !== undefined) {
    const code = sourceOf(source, branch);
    const half = isPython(source) ? `0.5 * ${code}` : `mul(${code}, 0.5)`;
    const imports = isPython(source) ? [] : importsOf(source, ["mul"]);
    const halved = { ...replaceNode(branch, half, `half the weight of ${brief(code)} in the residual`) };
    return [
      replaceNode(right, code, `no residual around ${brief(code)}`),
      ...(imports === null || /^0\.5|^mul\(/.test(code)
        ? []
        : [{ ...halved, replacements: [...imports, ...halved.replacements] }]),
    ];
  }
  const takesItself = callParts(right)?.values[0];
  if (takesItself === undefined || sourceOf(source, takesItself) !== name) return [];
  const code = sourceOf(source, right);
  const imports = isPython(source) ? [] : importsOf(source, ["add"]);
  if (imports === null || /norm|dropout|relu|gelu|silu|reshape|view|transpose/i.test(code.split("(")[0] ?? ""))
    return [];
  const added = replaceNode(
    right,
    isPython(source) ? `${name} + ${code}` : `add(${name}, ${code})`,
    `residual around ${brief(code)}`,
  );
  return [{ ...added, replacements: [...imports, ...added.replacements] }];
}

/** f in `x + f`. */
function addedTo(source: Source, sum: SyntaxNode, name: string): SyntaxNode | undefined {
  const isSum = sum.type === "binary_operator" && childOf(sum, "operator")?.type === "+";
  return isSum && sourceOf(source, childOf(sum, "left") ?? sum) === name ? childOf(sum, "right") : undefined;
}

/** f in `add(x, f)`. */
function argumentAddedTo(source: Source, call: SyntaxNode, name: string): SyntaxNode | undefined {
  const parts = callParts(call);
  const isSum = parts !== null && sourceOf(source, parts.callee) === "add" && parts.values.length === 2;
  return isSum && sourceOf(source, parts.values[0] as SyntaxNode) === name ? parts.values[1] : undefined;
}

/** Imports of tensor functions, when the program has the library that they are from. */
const importsOf = (source: Source, names: readonly string[]) =>
  source.text.includes("strop/nn")
    ? importing(source, "strop/nn", names)
    : names.every((name) => importSource(source, name) !== undefined)
      ? []
      : null;

/** Options that an optimiser leaves at their defaults. */
function optimizerOptions(source: Source, node: SyntaxNode): Rewrite[] {
  const parts = callParts(node);
  const name = parts === null ? "" : sourceOf(source, parts.callee);
  const match = /(?:^|\.)(adam[wW]?|Adam[wW]?)$/.exec(name);
  if (parts === null || match === null || parts.values.length === 0) return [];
  const code = sourceOf(source, node);
  const last = parts.values.at(-1) as SyntaxNode;
  if (isPython(source)) {
    const options = [
      ["weight_decay", "0.1"],
      ["betas", "(0.9, 0.95)"],
    ] as const;
    return options
      .filter(([key]) => !source.text.includes(`${key}=`) && !source.text.includes(`"${key}"`))
      .map(([key, value]) =>
        replaceNode(last, `${sourceOf(source, last)}, ${key}=${value}`, `${key} ${value} for ${name}`),
      );
  }
  if (last.type !== "object" || match[1]?.toLowerCase() !== "adamw" || last.children.length <= 2) return [];
  const body = sourceOf(source, last).replace(/,?\s*\}$/, "");
  const options = [
    ["weightDecay", "0.1"],
    ["beta2", "0.95"],
  ] as const;
  return options
    .filter(([key]) => !code.includes(key))
    .map(([key, value]) => replaceNode(last, `${body}, ${key}: ${value} }`, `${key} ${value} for ${name}`));
}

/** PyTorch: AdamW instead of plain descent, without the options that only that has; it takes smaller steps. */
function adaptive(source: Source, node: SyntaxNode): Rewrite[] {
  const parts = callParts(node);
  if (!isPython(source) || parts === null) return [];
  const callee = sourceOf(source, parts.callee);
  if (!/(?:^|\.)optim\.SGD$/.test(callee)) return [];
  const kept = parts.values
    .map((value) => sourceOf(source, value))
    .filter((code) => !/^(?:momentum|nesterov|dampening)\s*=/.test(code));
  const rate = kept.findIndex((code) => /^lr\s*=/.test(code));
  const smaller = kept.map((code, i) => (i === rate ? "lr=0.001" : code));
  const to = callee.replace(/SGD$/, "AdamW");
  return [...(rate === -1 ? [] : [smaller]), kept].map((values) =>
    replaceNode(
      node,
      `${to}(${values.join(", ")})`,
      `${to} instead of SGD${values === smaller ? " with lr 0.001" : ""}`,
    ),
  );
}

/** PyTorch: gradients clipped to norm 1 after `loss.backward()`. */
function clipping(source: Source, node: SyntaxNode): Rewrite[] {
  if (!isPython(source) || node.type !== "expression_statement" || !/^\w+\.backward\(\)$/.test(sourceOf(source, node)))
    return [];
  const model = /\b([\w.]+)\.parameters\(\)/.exec(source.text)?.[1];
  if (model === undefined || /clip_grad/.test(source.text) || !/^import torch\b/m.test(source.text)) return [];
  const code = `torch.nn.utils.clip_grad_norm_(${model}.parameters(), 1.0)`;
  return [insertedAfter(source, node, { code, description: "clip gradients to norm 1" })];
}

/** PyTorch: the output layer shares the embedding's weights. */
function tying(source: Source, node: SyntaxNode): Rewrite[] {
  if (!isPython(source) || node.type !== "expression_statement") return [];
  const head = /^self\.(\w*(?:head|unembed|output|to_logits)\w*)\s*=\s*(?:torch\.)?nn\.Linear\(/.exec(
    sourceOf(source, node),
  )?.[1];
  if (head === undefined || source.text.includes(`self.${head}.weight =`)) return [];
  const table = /self\.(\w+)\s*=\s*(?:torch\.)?nn\.Embedding\(/.exec(source.text)?.[1];
  if (table === undefined) return [];
  const code = `self.${head}.weight = self.${table}.weight`;
  return [insertedAfter(source, node, { code, description: `tie ${head} to ${table}` })];
}
