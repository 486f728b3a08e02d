import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const COMPILERS: Readonly<Record<string, readonly string[]>> = {
  rs: ["rustc", "--edition", "2021"],
  cpp: ["g++", "-std=c++17"],
  c: ["gcc"],
};

/** Whether there is a compiler for a program's ending. */
export function canCompile(ending: string): boolean {
  try {
    execFileSync(COMPILERS[ending]?.[0] ?? "", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** What a program prints; fails where it does not compile. */
export function printed(ending: string, text: string, input = ""): string {
  const folder = mkdtempSync(join(tmpdir(), "strop-compiled-"));
  try {
    const [source, binary] = [join(folder, `main.${ending}`), join(folder, "main")];
    writeFileSync(source, text);
    const [compiler = "", ...flags] = COMPILERS[ending] ?? [];
    execFileSync(compiler, [...flags, "-o", binary, source, ...(ending === "c" ? ["-lm"] : [])], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    return execFileSync(binary, { encoding: "utf8", input });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
