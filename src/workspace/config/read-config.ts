/**
 * Reads the user's config file. It is the user's own and trusted: a TypeScript or JavaScript one is bundled (so that it
 * works in every kind of package, and inside node_modules, where Node strips no types) and imported.
 */
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { build, type Message, type Plugin } from "esbuild";

import { StropError, messageOf } from "../../core/errors.ts";

/** In the order in which they are looked for. */
export const CONFIG_FILES = [
  "strop.config.ts",
  "strop.config.mts",
  "strop.config.js",
  "strop.config.mjs",
  "strop.config.json",
];

/** The raw, unchecked content of `folder/file`; throws StropError `config.unreadable`. */
export async function readConfig(folder: string, file: string): Promise<unknown> {
  const path = join(folder, file);
  await refuseSpecial(path, file);
  try {
    return file.endsWith(".json") ? JSON.parse(withoutMark(await readFile(path, "utf8"))) : await importConfig(path);
  } catch (cause) {
    if (cause instanceof StropError) throw cause;
    throw new StropError("config.unreadable", `${file}: expected a readable config, found: ${explain(cause)}`, {
      hint: file.endsWith(".json")
        ? "check commas and quotes; JSON has no comments"
        : `run \`node ${file}\` to see the error in full`,
      cause,
    });
  }
}

/** A pipe that came with a folder would be waited for, and a device read without end. */
async function refuseSpecial(path: string, file: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined || info.isFile()) return;
  const found = info.isDirectory() ? "a folder" : "a pipe, socket or device";
  throw new StropError("config.unreadable", `${file}: expected a file, found ${found}`, {
    hint: "put the config itself there",
  });
}

async function importConfig(path: string): Promise<unknown> {
  const built = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    logLevel: "silent",
    plugins: [ownHelpers],
    define: {
      "import.meta.url": JSON.stringify(pathToFileURL(path).href),
      "import.meta.filename": JSON.stringify(path),
      "import.meta.dirname": JSON.stringify(dirname(path)),
    },
  });
  const text = built.outputFiles[0]?.text ?? "";
  const module: unknown = await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
  const config = (module as { default?: unknown }).default;
  if (config !== undefined) return config;
  throw new StropError("config.no-export", `${path}: expected a default export, found none`, {
    hint: "write `export default { program: …, run: …, metric: … }`",
  });
}

/** `import { defineTask } from "strop"` works where strop is not installed, as with npx. */
const ownHelpers: Plugin = {
  name: "strop",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^strop$/ }, () => ({ path: "strop", namespace: "strop" }));
    onLoad({ filter: /.*/, namespace: "strop" }, () => ({ contents: "export const defineTask = (config) => config;" }));
  },
};

function explain(thrown: unknown): string {
  const first = (thrown as { errors?: Message[] }).errors?.[0];
  if (first === undefined) return messageOf(thrown);
  const at = first.location === null ? "" : ` (line ${first.location.line}, column ${first.location.column + 1})`;
  return `${first.text}${at}`;
}

/** Some editors on Windows begin a file with a byte order mark. */
const withoutMark = (text: string): string => text.replace(/^\uFEFF/, "");
