/**
 * esbuild with the options of this room, in its own process, which may be brought down by a hostile text: it is then
 * started again, and so that nobody else's text is blamed, every text gets a second try.
 */
import { type BuildFailure, type BuildOptions, type Plugin, type StdinOptions, build, stop } from "esbuild";

export type BundlerEntry = { readonly entryPoints: string[] } | { readonly stdin: StdinOptions };
export type BundlerRequest = BundlerEntry & { readonly plugins: Plugin[] };

export interface BundlerResult {
  readonly text: string;
  /** Paths of all files that went in. */
  readonly inputs: readonly string[];
}

const LONGEST_MS = 20_000;

/** `tsconfigRaw` and `absWorkingDir`: nothing of the folder that strop was started in has any influence. */
const OPTIONS = {
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  platform: "browser",
  target: "esnext",
  charset: "utf8",
  logLevel: "silent",
  legalComments: "none",
  tsconfigRaw: {},
  sourcemap: false,
  absWorkingDir: "/",
} as const satisfies BuildOptions;

/** Rejects with esbuild's BuildFailure for errors in the text, with another error when its process ended twice. */
export async function runBundler(request: BundlerRequest): Promise<BundlerResult> {
  try {
    return await runOnce(request);
  } catch (error) {
    if (isFaultOfText(error)) throw error;
    await stop();
    return runOnce(request).catch(async (again: unknown) => {
      if (!isFaultOfText(again)) await stop();
      throw again;
    });
  }
}

async function runOnce(request: BundlerRequest): Promise<BundlerResult> {
  const timer = setTimeout(() => void stop(), LONGEST_MS);
  try {
    const result = await build({ ...OPTIONS, ...request });
    return { text: result.outputFiles[0]?.text ?? "", inputs: Object.keys(result.metafile.inputs) };
  } finally {
    clearTimeout(timer);
  }
}

const isFaultOfText = (error: unknown): boolean => ((error as Partial<BuildFailure>).errors?.length ?? 0) > 0;
