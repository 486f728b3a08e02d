/**
 * Which grammar reads which file. Knows names only: loading a grammar is parse.ts.
 */

/** A grammar of @vscode/tree-sitter-wasm that strop uses, by its own name. */
export type Language =
  | "bash"
  | "c-sharp"
  | "cpp"
  | "css"
  | "go"
  | "ini"
  | "java"
  | "javascript"
  | "php"
  | "powershell"
  | "python"
  | "ruby"
  | "rust"
  | "tsx"
  | "typescript";

const EXTENSIONS: Readonly<Record<Language, readonly string[]>> = {
  bash: ["sh", "bash"],
  "c-sharp": ["cs"],
  // C is read with the C++ grammar: the package has no grammar of its own for it.
  cpp: ["cc", "cpp", "cxx", "c", "h", "hpp", "hh", "hxx", "cu", "cuh"],
  css: ["css"],
  go: ["go"],
  ini: ["ini", "cfg"],
  java: ["java"],
  javascript: ["js", "mjs", "cjs", "jsx"],
  php: ["php"],
  powershell: ["ps1", "psm1"],
  python: ["py", "pyi"],
  ruby: ["rb"],
  rust: ["rs"],
  tsx: ["tsx"],
  typescript: ["ts", "mts", "cts"],
};

const BY_EXTENSION: ReadonlyMap<string, Language> = new Map(
  Object.entries(EXTENSIONS).flatMap(([language, list]) => list.map((extension) => [extension, language as Language])),
);

/** The language of a file, by its extension in any case; undefined when strop has no grammar for it. */
export function languageOf(path: string): Language | undefined {
  const dot = path.lastIndexOf(".");
  return dot < 0 ? undefined : BY_EXTENSION.get(path.slice(dot + 1).toLowerCase());
}

/** Whether a language is JavaScript, TypeScript or either with JSX. */
export const isEcmaScript = (language: Language | undefined): boolean =>
  language === "javascript" || language === "typescript" || language === "tsx";
