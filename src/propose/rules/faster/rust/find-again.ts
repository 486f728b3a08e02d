/**
 * Rust: a search through a list begins where the same list had what has the same hash the last time, if it still is what is looked for. Only
 * in lists that grow and whose keys stay as they are: then what was first stays first.
 */
import { childOf, namedChildren, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import {
  brief,
  callParts,
  replaceNode,
  type Rewrite,
  type Rule,
  type Source,
  sourceOf,
  statementOf,
} from "../../rule.ts";

export const findAgain: Rule = {
  name: "find-again",
  weight: 1.2,
  find: (source) => (source.language === "rust" ? source.nodes.flatMap((node) => remembered(source, node)) : []),
};

function remembered(source: Source, node: SyntaxNode): Rewrite[] {
  const parts = callParts(node);
  if (parts?.values.length !== 1) return [];
  const [, list, iterator, method] = SEARCH.exec(sourceOf(source, parts.callee)) ?? [];
  const [closure] = parts.values;
  const key = closure === undefined ? undefined : keyOf(source, closure);
  if (list === undefined || closure === undefined || key === undefined || !isKept(source, node, { list, key }))
    return [];
  const place = `place_of(&${list}, &(${key.wanted}), ${sourceOf(source, closure)})`;
  const text =
    method === "position"
      ? place
      : `(match ${place} { Some(at) => Some(&${iterator === "iter_mut" ? "mut " : ""}${list}[at]), None => None })`;
  const rewrite = replaceNode(node, text, `${brief(sourceOf(source, node))} begins where it was the last time`);
  const { length } = source.text;
  return [
    source.text.includes(HELPER)
      ? rewrite
      : { ...rewrite, replacements: [...rewrite.replacements, { start: length, end: length, text: HELPER }] },
  ];
}

const SEARCH = /^([\w.]+?)\s*\.(iter|iter_mut)\(\)\s*\.(position|find)$/;

interface Key {
  /** The member that is compared; empty where it is all of an item. */
  readonly field: string;
  readonly wanted: string;
}

/** `p.code == code` of `|p| p.code == code`. */
function keyOf(source: Source, closure: SyntaxNode): Key | undefined {
  const [parameters, body] = [childOf(closure, "parameters"), childOf(closure, "body")];
  const name = parameters === undefined ? "" : sourceOf(source, parameters).slice(1, -1).trim();
  if (closure.type !== "closure_expression" || body?.type !== "binary_expression" || !/^\w+$/.test(name))
    return undefined;
  const [left, right] = namedChildren(body);
  if (left === undefined || right === undefined || source.text.slice(left.end, right.start).trim() !== "==")
    return undefined;
  const of = new RegExp(String.raw`^[*&]*${name}(?:\.(\w+))$`);
  for (const [own, other] of [
    [left, right],
    [right, left],
  ] as const) {
    const [, field] = of.exec(sourceOf(source, own)) ?? [];
    const wanted = sourceOf(source, other);
    const isFree = ![...walk(other)].some((one) => one.type === "identifier" && sourceOf(source, one) === name);
    if (field !== undefined && isFree && /^[*&]*[a-z_][\w.]*(?:\[\w+\])?$/.test(wanted)) return { field, wanted };
  }
  return undefined;
}

/** Whether nothing in the file takes out of the list, sorts it or changes a key. */
function isKept(source: Source, node: SyntaxNode, { list, key }: { list: string; key: Key }): boolean {
  const { text } = source;
  const name = list.split(".").at(-1) ?? "";
  const moved = new RegExp(
    String.raw`\b${name}\s*(?:\.\s*(?:remove|swap\w*|insert|sort\w*|retain|drain|truncate|pop|dedup\w*|reverse|clear|split_off|rotate\w*)\(|\[[^\]]*\]\s*=(?!=))|&mut\s+(?:\w+\.)*${name}\b(?![.[])|mem::`,
  );
  const changed = new RegExp(
    String.raw`\.${key.field}\s*(?:(?:[-+*/%|&^]|<<|>>)?=(?!=)|\.(?:push\w*|clear|insert\w*|truncate|make_\w+)\()|&mut\s+[\w.[\]]*\.${key.field}\b`,
  );
  if (moved.test(text) || changed.test(text)) return false;
  if (list.includes(".")) return true;
  // A list of the function's own may be another one each time, at the same address.
  return sourceOf(source, statementOf(node)).includes(`${name}.push(`) || isParameter(source, name);
}

const isParameter = (source: Source, name: string): boolean =>
  source.nodes.some((node) => node.type === "parameter" && sourceOf(source, childOf(node, "pattern") ?? node) === name);

const HELPER = `
/// The place of the first item that is wanted; tried first is where the same list had one of the same hash.
fn place_of<T, K: std::hash::Hash + ?Sized>(items: &[T], key: &K, mut is_wanted: impl FnMut(&T) -> bool) -> Option<usize> {
    thread_local! {
        static FOUND: std::cell::RefCell<Vec<(usize, usize)>> = std::cell::RefCell::new(vec![(0, 0); 1 << 14]);
    }
    let list = items.as_ptr() as usize;
    let mut hasher = std::collections::hash_map::DefaultHasher::new();
    std::hash::Hash::hash(&(list, key), &mut hasher);
    let slot = std::hash::Hasher::finish(&hasher) as usize % (1 << 14);
    let (known, at) = FOUND.with(|found| found.borrow()[slot]);
    if known == list && items.get(at).map_or(false, &mut is_wanted) {
        return Some(at);
    }
    let at = items.iter().position(is_wanted)?;
    FOUND.with(|found| found.borrow_mut()[slot] = (list, at));
    Some(at)
}
`;
