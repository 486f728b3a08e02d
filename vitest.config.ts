import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

export default defineConfig({
  resolve: {
    // The package's own name resolves to its source, exactly as the "paths" of tsconfig.json say.
    alias: [
      { find: /^strop\/improver$/, replacement: source("improver.ts") },
      { find: /^strop\/nn$/, replacement: source("nn/index.ts") },
      { find: /^strop\/task$/, replacement: source("task.ts") },
      { find: /^strop$/, replacement: source("index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.strop/**", "dist/**"],
    // Processes rather than threads: tests start children, send signals and change working folders.
    pool: "forks",
    // Many tests start processes of their own, so half of the cores is enough.
    maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
    // Where other work shares the machine, it may stand still for seconds at any moment; what fails twice is no accident, and
    // what failed once is told. At home nothing is tried again.
    retry: process.env["CI"] === undefined ? 0 : 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
  },
});
