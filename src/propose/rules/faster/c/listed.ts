/**
 * C++: a vector that is asked by `std::find` what it contains also counts what is in it. All else can still be read of the new type, in the
 * same order, and what could change an element unseen does not compile.
 */
import { ancestors, childOf, type SyntaxNode, walk } from "../../../../syntax/tree.ts";
import { type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";
import { withHeaders } from "./headers.ts";

export const listed: Rule = {
  name: "listed",
  weight: 1.2,
  find: (source) => (source.language === "cpp" && !/\.c$/i.test(source.path) ? lists(source) : []),
};

const ASKED = /^(?:std::)?find\(\s*(\w+)\.begin\(\)\s*,\s*\1\.end\(\)\s*,\s*(.*)\)\s*([!=]=)\s*\1\.end\(\)$/s;
const COUNTED = /^(?:std::)?count\(\s*(\w+)\.begin\(\)\s*,\s*\1\.end\(\)\s*,\s*(.*)\)$/s;

interface Asked {
  readonly node: SyntaxNode;
  readonly name: string;
  readonly text: string;
}

function askedIn(source: Source, node: SyntaxNode): Asked[] {
  if (!/^(?:binary|call)_expression$/.test(node.type)) return [];
  const code = sourceOf(source, node);
  const [, name, item, sign] = (node.type === "binary_expression" ? ASKED : COUNTED).exec(code) ?? [];
  if (name === undefined || item === undefined) return [];
  const text = sign === undefined ? `${name}.count(${item})` : `${sign === "==" ? "!" : ""}${name}.contains(${item})`;
  return [{ node, name, text }];
}

function lists(source: Source): Rewrite[] {
  const asked = source.nodes.flatMap((node) => askedIn(source, node));
  const names = new Set(asked.map(({ name }) => name));
  return source.nodes.flatMap((node) => {
    const found = declaredIn(source, node);
    if (found === undefined || !names.has(found.name)) return [];
    const scope = node.type === "field_declaration" ? ([...ancestors(node)].at(-1) ?? node) : (node.parent ?? node);
    const own = asked.filter(
      (one) =>
        one.name === found.name &&
        one.node.start > (node.parent ?? node).start &&
        [...ancestors(one.node)].includes(scope),
    );
    return own.length === 0 ? [] : [rewritten(source, { ...found, at: node, scope, own })];
  });
}

/** `std::vector<T> seen;` */
function declaredIn(source: Source, node: SyntaxNode): { name: string; type: SyntaxNode; item: string } | undefined {
  const [type, declarator] = [childOf(node, "type"), childOf(node, "declarator")];
  if (!/^(?:field_)?declaration$/.test(node.type) || type === undefined || declarator === undefined) return undefined;
  const [, item] = /^(?:std::)?vector<(.*)>$/s.exec(sourceOf(source, type)) ?? [];
  const [, name] = /^(\w+)\s*(?:$|[={(])/.exec(sourceOf(source, declarator)) ?? [];
  return item === undefined || name === undefined ? undefined : { name, type, item };
}

interface Declared {
  readonly name: string;
  readonly type: SyntaxNode;
  readonly item: string;
  readonly at: SyntaxNode;
  readonly scope: SyntaxNode;
  readonly own: readonly Asked[];
}

function rewritten(source: Source, { name, type, item, at, scope, own }: Declared): Rewrite {
  const isThere = source.text.includes(LISTED);
  const includes = [...source.text.matchAll(/^[ \t]*#\s*include\b.*$/gm)].at(-1);
  const place = includes === undefined ? 0 : includes.index + includes[0].length + 1;
  const rewrite = {
    description: `${name} counts what is in it`,
    at: at.start,
    replacements: [
      ...(isThere ? [] : [{ start: place, end: place, text: LISTED }]),
      { start: type.start, end: type.end, text: `Listed<${item}>` },
      ...own.map(({ node: { start, end }, text }) => ({ start, end, text })),
      ...ordered(source, scope, name),
    ],
  };
  return withHeaders(source, ["initializer_list", "unordered_map", "utility", "vector"], rewrite);
}

/** To sort a list is to change nothing of what is in it. */
const ordered = (source: Source, scope: SyntaxNode, name: string): Rewrite["replacements"] =>
  [...walk(scope)].flatMap((node) => {
    const list = node.type === "call_expression" ? childOf(node, "arguments") : undefined;
    const isOrder = /^(?:std::)?(?:stable_)?(?:sort|reverse)$/.test(
      sourceOf(source, childOf(node, "function") ?? node),
    );
    const found =
      list === undefined || !isOrder
        ? null
        : new RegExp(String.raw`^\(\s*${name}\.begin\(\)\s*,\s*${name}\.end\(\)`).exec(sourceOf(source, list));
    return found === null || list === undefined
      ? []
      : [
          {
            start: list.start,
            end: list.start + found[0].length,
            text: `(${name}.order().begin(), ${name}.order().end()`,
          },
        ];
  });

const LISTED = `
/// A vector that knows how often it has what; what changes it counts.
template <class T> class Listed {
    std::vector<T> items;
    std::unordered_map<T, std::size_t> counts;
    void forget(const T& item) {
        auto known = counts.find(item);
        if (known != counts.end() && --known->second == 0) counts.erase(known);
    }

  public:
    using value_type = T;
    using const_iterator = typename std::vector<T>::const_iterator;
    Listed() = default;
    Listed(std::initializer_list<T> all) { for (const auto& item : all) push_back(item); }
    Listed(const std::vector<T>& all) { for (const auto& item : all) push_back(item); }
    bool contains(const T& item) const { return counts.find(item) != counts.end(); }
    std::ptrdiff_t count(const T& item) const {
        auto known = counts.find(item);
        return known == counts.end() ? 0 : (std::ptrdiff_t)known->second;
    }
    void push_back(const T& item) { ++counts[item]; items.push_back(item); }
    template <class... Parts> void emplace_back(Parts&&... parts) { push_back(T(std::forward<Parts>(parts)...)); }
    void pop_back() { forget(items.back()); items.pop_back(); }
    const_iterator erase(const_iterator at) { forget(*at); return items.erase(at); }
    void clear() { items.clear(); counts.clear(); }
    void reserve(std::size_t size) { items.reserve(size); }
    std::size_t size() const { return items.size(); }
    bool empty() const { return items.empty(); }
    const T& operator[](std::size_t at) const { return items[at]; }
    const T& at(std::size_t at) const { return items.at(at); }
    const T& front() const { return items.front(); }
    const T& back() const { return items.back(); }
    const_iterator begin() const { return items.begin(); }
    const_iterator end() const { return items.end(); }
    std::vector<T>& order() { return items; }
    operator const std::vector<T>&() const { return items; }
};
`;
