/**
 * Compiles src/ into dist/: what the package ships. Files that are not TypeScript are copied beside the code that reads
 * them, and the command is made executable.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, globSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const bin = join(root, "dist/cli/main.js");

rmSync(join(root, "dist"), { recursive: true, force: true });
const compiler = spawnSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.build.json"],
  {
    cwd: root,
    stdio: "inherit",
  },
);
if (compiler.status !== 0) process.exit(compiler.status ?? 1);

for (const path of globSync("**/*.*", { cwd: join(root, "src"), exclude: ["**/*.ts", "**/*.tsx"] })) {
  cpSync(join(root, "src", path), join(root, "dist", path));
}
// Improvers are programs that strop reads and runs, so they are shipped as the text that they are.
cpSync(join(root, "src/improve/improvers"), join(root, "dist/improve/improvers"), { recursive: true });
if (!readFileSync(bin, "utf8").startsWith("#!/usr/bin/env node\n")) {
  console.error("dist/cli/main.js must begin with #!/usr/bin/env node; add that line to src/cli/main.ts");
  process.exit(1);
}
chmodSync(bin, 0o755);
