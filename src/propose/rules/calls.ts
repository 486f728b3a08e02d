/** Calls: left out, so that their argument goes straight on; or with two arguments in the other order. */
import { lastIdentifier } from "../../syntax/names.ts";
import {
  callParts,
  brief,
  isOffLimits,
  isOutput,
  replaceNode,
  type Rewrite,
  type Rule,
  sourceOf,
  type Source,
} from "./rule.ts";

/** Functions that give back something of the shape they take. */
const TRANSFORMS =
  /norm(?!al(?!i))|dropout|relu|gelu|silu|tanh|sigmoid|activat|scale|clip|clamp|smooth|softplus|abs|sqrt|attention|perceptron|mlp|feed_?forward|warm|decay|penal|regular/i;
const COMMUTATIVE = /^(?:add|mul|min|max|hypot|matmul|mm)$/i;

export const unwrap: Rule = {
  name: "unwrap",
  weight: 0.8,
  find: (source) =>
    source.nodes.flatMap((node) => {
      const parts = callParts(node);
      const first = parts?.values[0];
      if (parts === null || parts === undefined || first === undefined || parts.values.length > 2 || isOffLimits(node))
        return [];
      const name = lastIdentifier(sourceOf(source, parts.callee));
      const isPlain =
        /^(?:identifier|call|call_expression|member_expression|attribute|binary_expression|binary_operator)$/.test(
          first.type,
        );
      // The value of a declaration or a key may be a maker of layers, which takes sizes rather than tensors.
      const isMade = /^(?:expression_statement|variable_declarator|pair|keyword_argument)$/.test(
        node.parent?.type ?? "",
      );
      if (!isPlain || !TRANSFORMS.test(name) || isMade || /^\p{Lu}/u.test(name)) return [];
      return [
        replaceNode(node, inContext(source, node, first), `leave out ${name} in ${brief(sourceOf(source, node))}`),
      ];
    }),
};

/** Where a call's place is as good for a sum: nothing beside it binds more tightly. */
const ROOMY = /argument|list|parenthes|assign|declar|statement|pair/;

/** An argument that takes the place of a call binds as tightly as the call did. */
const inContext = (source: Source, node: Source["nodes"][number], argument: Source["nodes"][number]): string =>
  argument.type.startsWith("binary") && !ROOMY.test(node.parent?.type ?? "")
    ? `(${sourceOf(source, argument)})`
    : sourceOf(source, argument);

export const argumentOrder: Rule = {
  name: "argument-order",
  weight: 0.15,
  find: (source) =>
    source.nodes.flatMap((node): Rewrite[] => {
      const parts = callParts(node);
      const [a, b] = parts?.values ?? [];
      if (parts === null || a === undefined || b === undefined || isOffLimits(node)) return [];
      const name = lastIdentifier(sourceOf(source, parts.callee));
      const [first, second] = [sourceOf(source, a), sourceOf(source, b)];
      const isAlike =
        a.type === b.type && /^(?:identifier|member_expression|attribute|number|integer|float)$/.test(a.type);
      if (!isAlike || first === second || COMMUTATIVE.test(name) || /^\p{Lu}/u.test(name) || isOutput(name)) return [];
      return [
        {
          description: `swap arguments ${brief(first)} and ${brief(second)} of ${name}`,
          at: node.start,
          replacements: [
            { start: a.start, end: a.end, text: second },
            { start: b.start, end: b.end, text: first },
          ],
        },
      ];
    }),
};
