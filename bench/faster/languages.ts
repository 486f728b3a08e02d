/** How a program of each language is built and run: with the flags that are usual, and where its compiler lies. */
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";

export interface Language {
  readonly name: string;
  /** The program's only file. */
  readonly file: string;
  /** Folder of the compiler or interpreter, and what it reads besides /usr; null where it is not installed. */
  readonly find: () => Tool | null;
  /** Shell text that makes a binary; empty where there is nothing to make. */
  readonly build: (source: string, binary: string, flags?: string) => string;
  /** Shell text that runs what was built on what follows. */
  readonly run: (source: string, binary: string) => string;
  /** Flags that people reach for first when a program is slow. */
  readonly harder?: string;
}

interface Tool {
  readonly bin: string;
  readonly mounts: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const asked = (command: string, ...args: string[]): string | null => {
  try {
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    // Not installed, which the caller says.
    return null;
  }
};

const under = (root: string | null): Tool | null =>
  root === null ? null : { bin: join(root, "bin"), mounts: root === "/usr" ? [] : [root], env: {} };

const compiler = (name: string) => (): Tool | null =>
  asked("/usr/bin/env", name, "--version") === null ? null : { bin: "/usr/bin", mounts: [], env: {} };

const LANGUAGES: Readonly<Record<string, Language>> = {
  c: {
    name: "C",
    file: "main.c",
    find: compiler("gcc"),
    build: (source, binary, flags = "-O2") => `gcc ${flags} -o ${binary} ${source} -lm`,
    run: (_, binary) => binary,
    harder: "-O3 -march=native",
  },
  cpp: {
    name: "C++",
    file: "main.cpp",
    find: compiler("g++"),
    build: (source, binary, flags = "-O2") => `g++ ${flags} -o ${binary} ${source}`,
    run: (_, binary) => binary,
    harder: "-O3 -march=native",
  },
  go: {
    name: "Go",
    file: "main.go",
    find: () => {
      const tool = under(asked("go", "env", "GOROOT"));
      return tool && { ...tool, env: { GODEBUG: "goindex=0", GO111MODULE: "off", GOFLAGS: "", GOTOOLCHAIN: "local" } };
    },
    build: (source, binary) => `go build -o ${binary} ${source}`,
    run: (_, binary) => binary,
  },
  rust: {
    name: "Rust",
    file: "main.rs",
    find: () => under(asked("rustc", "--print", "sysroot")),
    build: (source, binary) => `rustc --edition 2021 -O -o ${binary} ${source}`,
    run: (_, binary) => binary,
  },
  py: {
    name: "Python",
    file: "main.py",
    find: () => under(asked("python3", "-c", "import sys; print(sys.base_prefix)")),
    build: () => "",
    run: (source) => `python3 ${source}`,
  },
  ts: {
    name: "TypeScript",
    file: "main.ts",
    find: () => ({ bin: dirname(process.execPath), mounts: [], env: {} }),
    build: () => "",
    run: (source) => `node ${import.meta.dirname}/run-module.ts ${source}`,
  },
};

/** The language of a program, by the first part of its folder's name. */
export const languageOf = (program: string): Language => LANGUAGES[program.split("-")[0] as string] as Language;
