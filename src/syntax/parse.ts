/**
 * Source text to syntax tree, with the grammars of @vscode/tree-sitter-wasm. A grammar is loaded at its first use
 * and kept; every WASM tree is copied into plain data and freed before `parse` returns.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { Language as Grammar, Parser, type Tree, type TreeCursor } from "web-tree-sitter";

import { StropError } from "../core/errors.ts";
import type { Language } from "./languages.ts";
import type { SyntaxNode } from "./tree.ts";

/** Longest text that is parsed, in UTF-16 code units: programs are written by people, larger files are data. */
export const LONGEST_TEXT = 300_000;
/** Deepest nesting that is kept: whoever climbs from every node to the root pays for the depth each time. */
const DEEPEST = 2000;
/** Longest time that is spent on a text: some hostile ones cost the square of their length. Ten times what an honest one takes. */
const LONGEST_MS = 5000;
/** The processor's time, not the wall's: what is in a text must not depend on how busy the machine is. */
const workedMs = (): number => {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
};

/** Grammars by language; a cache, so it never changes what a call returns. */
const parsers = new Map<Language, Promise<Parser>>();
let runtime: Promise<void> | undefined;

/**
 * The syntax tree of `text`. Always succeeds on malformed text (look for nodes of type `ERROR` or `missing`);
 * null when the text is longer than `LONGEST_TEXT` or its nesting deeper than any honest one. Throws StropError `syntax.grammar-missing` when the grammar cannot be loaded.
 */
export async function parse(language: Language, text: string): Promise<SyntaxNode | null> {
  if (text.length > LONGEST_TEXT) return null;
  const parser = await parserOf(language);
  const start = workedMs();
  const tree = parser.parse(text, null, { progressCallback: () => workedMs() - start > LONGEST_MS });
  if (tree === null) {
    parser.reset();
    return null;
  }
  try {
    return copyTree(tree);
  } finally {
    tree.delete();
  }
}

function parserOf(language: Language): Promise<Parser> {
  const known = parsers.get(language);
  if (known !== undefined) return known;
  const loading = loadParser(language);
  parsers.set(language, loading);
  // A failed load is tried again the next time instead of being remembered.
  loading.catch(() => parsers.delete(language));
  return loading;
}

async function loadParser(language: Language): Promise<Parser> {
  try {
    runtime ??= Parser.init();
    await runtime;
    const main = createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm");
    const grammar = await Grammar.load(join(dirname(main), `tree-sitter-${language}.wasm`));
    return new Parser().setLanguage(grammar);
  } catch (cause) {
    throw new StropError("syntax.grammar-missing", `expected a grammar for ${language}, found none that loads`, {
      hint: "Install the packages again: npm ci",
      cause,
    });
  }
}

type Draft = { -readonly [key in keyof SyntaxNode]: key extends "children" ? Draft[] : SyntaxNode[key] };

function copyTree(tree: Tree): SyntaxNode | null {
  const cursor = tree.walk();
  try {
    const root = copyNode(cursor, null);
    let node = root;
    let visited = false;
    let depth = 0;
    for (;;) {
      if (!visited && cursor.gotoFirstChild()) {
        if (++depth > DEEPEST) return null;
        node = copyNode(cursor, node);
      } else if (cursor.gotoNextSibling()) {
        node = copyNode(cursor, node.parent as Draft);
        visited = false;
      } else if (cursor.gotoParent()) {
        node = node.parent as Draft;
        visited = true;
        depth--;
      } else {
        return root;
      }
    }
  } finally {
    cursor.delete();
  }
}

function copyNode(cursor: TreeCursor, parent: Draft | null): Draft {
  const node: Draft = {
    type: cursor.nodeType,
    field: cursor.currentFieldName,
    named: cursor.nodeIsNamed,
    missing: cursor.nodeIsMissing,
    start: cursor.startIndex,
    end: cursor.endIndex,
    parent,
    children: [],
  };
  parent?.children.push(node);
  return node;
}
