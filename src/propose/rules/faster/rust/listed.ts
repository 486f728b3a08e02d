/**
 * Rust: a list that is asked what it contains also counts what is in it. Everything else of a list can still be read of the new type, in the
 * same order, and what could change an element unseen does not compile.
 */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { callParts, type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";

export const listed: Rule = {
  name: "listed",
  weight: 1.2,
  find: (source) => (source.language === "rust" ? lists(source) : []),
};

function lists(source: Source): Rewrite[] {
  if (/\bListed\b/.test(source.text)) return grown(source);
  return declarations(source).map((one) => rewritten(source, one, LISTED));
}

/** Where another list of the file is one already. */
const grown = (source: Source): Rewrite[] =>
  source.text.includes(LISTED) ? declarations(source).map((one) => rewritten(source, one, "")) : [];

interface Declared {
  readonly name: string;
  readonly at: SyntaxNode;
  /** `Vec` of its type, and what it is made of, where these are written. */
  readonly types: readonly SyntaxNode[];
  readonly values: readonly SyntaxNode[];
  /** Where all of it is handed on, as the vector that it was. */
  readonly moves: readonly SyntaxNode[];
}

function declarations(source: Source): Declared[] {
  const asked = new Map<string, SyntaxNode[]>();
  for (const node of source.nodes) {
    const name = askedOf(source, node);
    if (name !== undefined) asked.set(name, [...(asked.get(name) ?? []), node]);
  }
  return [...asked].flatMap(([name, calls]) => [...locals(source, name, calls), ...fields(source, name)]);
}

/** `seen` of `seen.contains(x)` and `self.seen.contains(x)`. */
function askedOf(source: Source, node: SyntaxNode): string | undefined {
  const parts = callParts(node);
  if (parts?.values.length !== 1) return undefined;
  const [, name] = /(?:^|\.)(\w+)\.contains$/.exec(sourceOf(source, parts.callee)) ?? [];
  return name;
}

/** `let mut seen = Vec::new();` in a function that asks it. */
const locals = (source: Source, name: string, calls: readonly SyntaxNode[]): Declared[] =>
  source.nodes.flatMap((node) => {
    const [pattern, value] = [childOf(node, "pattern"), childOf(node, "value")];
    if (node.type !== "let_declaration" || pattern === undefined || sourceOf(source, pattern) !== name) return [];
    const scope = node.parent;
    if (scope === null || !calls.some((call) => call.start > node.end && [...ancestors(call)].includes(scope)))
      return [];
    const types = vectorsOf(source, childOf(node, "type"));
    const values = value === undefined ? [] : [value];
    return types.length > 0 || values.some((one) => isMade(source, one))
      ? [{ name, at: node, types, values, moves: movesOf(source, name, { scope, from: node.end }) }]
      : [];
  });

const movesOf = (source: Source, name: string, { scope, from }: { scope: SyntaxNode; from: number }): SyntaxNode[] =>
  [...walk(scope)].filter(
    (node) =>
      node.type === "identifier" &&
      node.start > from &&
      /^(?:block|return_expression|tuple_expression|arguments|field_initializer)$/.test(node.parent?.type ?? "") &&
      node.field !== "field" &&
      sourceOf(source, node) === name,
  );

/** `seen: Vec<String>` of a struct, one struct at a time. */
const fields = (source: Source, name: string): Declared[] => {
  const named = source.nodes.filter(
    (node) =>
      /^field_(?:declaration|initializer)$/.test(node.type) &&
      sourceOf(source, childOf(node, "name", "field") ?? node) === name,
  );
  return named.flatMap((node) => {
    const owner = ownerOf(source, node);
    const types = vectorsOf(source, childOf(node, "type"));
    const values = named.filter((one) => one.type === "field_initializer" && isOf(owner, ownerOf(source, one)));
    return types.map((at) => ({
      name: `${owner}.${name}`,
      at,
      types,
      values: values.flatMap((one) => childOf(one, "value") ?? []),
      moves: [],
    }));
  });
};

/** The name of the struct that a field is of. */
function ownerOf(source: Source, field: SyntaxNode): string {
  const owner = [...ancestors(field)].find(({ type }) => /^struct_(?:item|expression)$/.test(type));
  return owner === undefined ? "" : sourceOf(source, childOf(owner, "name") ?? owner);
}

const isOf = (owner: string, name: string): boolean => name === owner || name === "Self";

const vectorsOf = (source: Source, type: SyntaxNode | undefined): SyntaxNode[] => {
  const vector = type?.type === "generic_type" ? childOf(type, "type") : undefined;
  return vector !== undefined && sourceOf(source, vector) === "Vec" ? [vector] : [];
};

const MADE = /^(?:Vec(?:::<[^()]*>)?::(?:new|with_capacity)\(|vec!\s*\[)/;
const isMade = (source: Source, value: SyntaxNode): boolean => MADE.test(sourceOf(source, value));

/** A value of another make becomes one by its type, or does not compile. */
function rewritten(source: Source, { name, at, types, values, moves }: Declared, definition: string): Rewrite {
  const { length } = source.text;
  return {
    description: `${name} counts what is in it`,
    at: at.start,
    replacements: [
      ...types.map(({ start, end }) => ({ start, end, text: "Listed" })),
      ...values
        .filter((value) => isMade(source, value))
        .map(({ start, end }) => ({ start, end, text: `Listed::from(${source.text.slice(start, end)})` })),
      ...moves.map(({ end }) => ({ start: end, end, text: ".items" })),
      ...(definition === "" ? [] : [{ start: length, end: length, text: definition }]),
    ],
  };
}

const LISTED = `
/// A list that knows how often it has what; what changes it counts.
#[derive(Clone, Debug)]
struct Listed<T> {
    items: Vec<T>,
    counts: std::collections::HashMap<T, usize>,
}

#[allow(dead_code)]
impl<T: Clone + Eq + std::hash::Hash> Listed<T> {
    fn contains(&self, item: &T) -> bool {
        self.counts.contains_key(item)
    }
    fn push(&mut self, item: T) {
        *self.counts.entry(item.clone()).or_insert(0) += 1;
        self.items.push(item);
    }
    fn insert(&mut self, at: usize, item: T) {
        *self.counts.entry(item.clone()).or_insert(0) += 1;
        self.items.insert(at, item);
    }
    fn forget(&mut self, item: &T) {
        match self.counts.get_mut(item) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(self.counts.remove(item)),
        }
    }
    fn pop(&mut self) -> Option<T> {
        let item = self.items.pop()?;
        self.forget(&item);
        Some(item)
    }
    fn remove(&mut self, at: usize) -> T {
        let item = self.items.remove(at);
        self.forget(&item);
        item
    }
    fn swap_remove(&mut self, at: usize) -> T {
        let item = self.items.swap_remove(at);
        self.forget(&item);
        item
    }
    fn clear(&mut self) {
        self.items.clear();
        self.counts.clear();
    }
    fn sort(&mut self)
    where
        T: Ord,
    {
        self.items.sort();
    }
    fn reverse(&mut self) {
        self.items.reverse();
    }
}

impl<T> std::ops::Deref for Listed<T> {
    type Target = Vec<T>;
    fn deref(&self) -> &Vec<T> {
        &self.items
    }
}

impl<T: Clone + Eq + std::hash::Hash> From<Vec<T>> for Listed<T> {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Clone + Eq + std::hash::Hash> std::iter::FromIterator<T> for Listed<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = Listed { items: Vec::new(), counts: Default::default() };
        list.extend(items);
        list
    }
}

impl<T: Clone + Eq + std::hash::Hash> Extend<T> for Listed<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        items.into_iter().for_each(|item| self.push(item));
    }
}

impl<T> IntoIterator for Listed<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Listed<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
`;
