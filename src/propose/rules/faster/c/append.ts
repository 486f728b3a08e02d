/** What is put behind a text is put behind it in place: `s = s + x` copies all of `s` every time. */
import { childOf, type SyntaxNode } from "../../../../syntax/tree.ts";
import { brief, replaceNode, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";

export const append: Rule = {
  name: "append",
  weight: 1.2,
  find: (source) =>
    source.language === "cpp"
      ? source.nodes.flatMap((node) => joined(source, node))
      : source.language === "rust"
        ? source.nodes.flatMap((node) => formatted(source, node))
        : [],
};

/** `s = s + a + b;` of C++ */
function joined(source: Source, node: SyntaxNode): Rewrite[] {
  if (node.type !== "assignment_expression" || node.parent?.type !== "expression_statement") return [];
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  if (left === undefined || right === undefined || source.text.slice(left.end, right.start).trim() !== "=") return [];
  const name = sourceOf(source, left);
  const [first, ...others] = operands(right);
  if (first === undefined || others.length === 0 || sourceOf(source, first) !== name || !isText(source, name))
    return [];
  const rest = others.map((one) => sourceOf(source, one));
  const own = new RegExp(String.raw`\b${lastOf(name)}\b`);
  if (rest.some((code) => own.test(code))) return [];
  return [replaceNode(node, rest.map((code) => `${name} += ${code}`).join(", "), `${brief(name)} grows in place`)];
}

const operands = (node: SyntaxNode): readonly SyntaxNode[] => {
  const [left, right] = [childOf(node, "left"), childOf(node, "right")];
  const isSum = node.type === "binary_expression" && node.children.some(({ type }) => type === "+");
  return isSum && left !== undefined && right !== undefined ? [...operands(left), right] : [node];
};

const lastOf = (name: string): string => name.split(/\.|->/).at(-1) ?? name;

const isText = ({ text }: Source, name: string): boolean =>
  /^[\w.>-]+$/.test(name) && new RegExp(String.raw`\bstring\s*&?\s*(?:\w+\s*,\s*)*${lastOf(name)}\b`).test(text);

const FORMAT = /^(\w+)\s*=\s*format!\(\s*"(?:\{\}|\{(\w+)\})((?:[^"\\]|\\.)*)"\s*(?:,\s*(.*))?\)$/s;

/** `s = format!("{}{}\n", s, x);` of Rust */
function formatted(source: Source, node: SyntaxNode): Rewrite[] {
  if (node.type !== "assignment_expression" || node.parent?.type !== "expression_statement") return [];
  const [, name, inside, pattern, values = ""] = FORMAT.exec(sourceOf(source, node)) ?? [];
  if (name === undefined || pattern === undefined) return [];
  const rest = inside === undefined ? new RegExp(`^&?${name}\\s*(?:,\\s*(.*))?$`, "s").exec(values) : null;
  if (inside === undefined ? rest === null : inside !== name) return [];
  const others = (inside === undefined ? rest?.[1] : values) ?? "";
  if (new RegExp(String.raw`\b${name}\b`).test(others + pattern) || /\{\d/.test(pattern)) return [];
  const text = `${name}.push_str(&format!("${pattern}"${others.trim() === "" ? "" : `, ${others.trim()}`}))`;
  return [replaceNode(node, text, `${name} grows in place`)];
}
