/**
 * Rust: maps and sets hash in a few instructions. The standard library's hash withstands keys that somebody chose to collide, and costs
 * several times as much. Its order is another one in every process, so nothing that is right can depend on it.
 */
import { ancestors, childOf, namedChildren, type SyntaxNode } from "../../../../syntax/tree.ts";
import { type Rewrite, type Rule, type Source, sourceOf } from "../../rule.ts";

export const quickHash: Rule = {
  name: "quick-hash",
  weight: 1.2,
  find: (source) => (source.language === "rust" ? hashed(source) : []),
};

const NAME = /^Hash(?:Map|Set)$/;

function hashed(source: Source): Rewrite[] {
  const named = source.nodes.filter(({ type, children }) => type.endsWith("identifier") && children.length === 0);
  const uses = named.filter((node) => NAME.test(sourceOf(source, node)));
  const imports = uses.filter((node) => isImport(node));
  const kinds = new Set(imports.map((node) => sourceOf(source, node)));
  const areAllOnTop = imports.every((node) => [...ancestors(node)].some(isOnTop)) && kinds.size === imports.length;
  const isTaken = named.some((node) => /^(?:Std|Quick)Hash/.test(sourceOf(source, node)) || isAlias(source, node));
  if (kinds.size === 0 || !areAllOnTop || isTaken) return [];
  const own = uses.filter((node) => kinds.has(sourceOf(source, node)));
  return [
    {
      description: `${[...kinds].sort().join(" and ")} with a hash of few instructions`,
      at: imports[0]?.start ?? 0,
      replacements: [
        ...imports.map(({ start, end }) => ({
          start,
          end,
          text: `${source.text.slice(start, end)} as ${std(source.text.slice(start, end))}`,
        })),
        ...own.flatMap((node) => made(source, node)),
        {
          start: source.text.length,
          end: source.text.length,
          text: `\n${[...kinds].sort().map(alias).join("")}${HASHER}`,
        },
      ],
    },
  ];
}

const std = (kind: string): string => `Std${kind}`;

const isImport = (node: SyntaxNode): boolean =>
  [...ancestors(node)].some(({ type }) => type === "use_declaration") &&
  (node.parent?.type === "use_list" || node.parent?.type === "scoped_identifier");

const isOnTop = ({ type, parent }: SyntaxNode): boolean => type === "use_declaration" && parent?.type === "source_file";

/** `HashMap as Map` */
const isAlias = (source: Source, node: SyntaxNode): boolean =>
  NAME.test(sourceOf(source, node)) && [...ancestors(node)].some(({ type }) => type === "use_as_clause");

/** `HashMap::new`, `with_capacity` and `from` are the standard hash's alone. */
function made(source: Source, node: SyntaxNode): Rewrite["replacements"] {
  const path = node.parent?.type === "generic_type" ? node.parent : node;
  const call = path.parent;
  const name = call?.type === "scoped_identifier" && path.field === "path" ? childOf(call, "name") : undefined;
  if (name === undefined || call == null) return [];
  const method = sourceOf(source, name);
  if (method === "new") return [{ start: name.start, end: name.end, text: "default" }];
  const [only] =
    call.parent?.type === "call_expression" ? namedChildren(childOf(call.parent, "arguments") ?? call) : [];
  if (only === undefined) return [];
  if (method === "with_capacity")
    return [
      { start: name.start, end: name.end, text: "with_capacity_and_hasher" },
      { start: only.end, end: only.end, text: ", Default::default()" },
    ];
  return method === "from"
    ? [
        {
          start: path.start,
          end: name.end,
          text: `<${sourceOf(source, path)}${path === node ? blanks(source, node) : ""} as std::iter::FromIterator<_>>::from_iter`,
        },
      ]
    : [];
}

const blanks = (source: Source, node: SyntaxNode): string => (sourceOf(source, node) === "HashMap" ? "<_, _>" : "<_>");

const alias = (kind: string): string => {
  const parameters = kind === "HashMap" ? "K, V" : "K";
  return `\ntype ${kind}<${parameters}> = ${std(kind)}<${parameters}, std::hash::BuildHasherDefault<QuickHasher>>;\n`;
};

/** One rotation and one product for eight bytes, as the compiler of Rust hashes its own names. */
const HASHER = `
#[derive(Clone, Copy, Default)]
pub struct QuickHasher(u64);

impl QuickHasher {
    #[inline]
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl std::hash::Hasher for QuickHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.mix(u64::from_le_bytes([word[0], word[1], word[2], word[3], word[4], word[5], word[6], word[7]]));
        }
        let rest = words.remainder();
        if !rest.is_empty() {
            self.mix(rest.iter().fold(rest.len() as u64, |word, &byte| word << 8 | u64::from(byte)));
        }
    }
    #[inline]
    fn write_u8(&mut self, n: u8) {
        self.mix(u64::from(n));
    }
    #[inline]
    fn write_u32(&mut self, n: u32) {
        self.mix(u64::from(n));
    }
    #[inline]
    fn write_u64(&mut self, n: u64) {
        self.mix(n);
    }
    #[inline]
    fn write_usize(&mut self, n: usize) {
        self.mix(n as u64);
    }
    #[inline]
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}
`;
