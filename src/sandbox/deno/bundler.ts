/**
 * esbuild with the options of this room, in its own process, which may be brought down by a hostile text: it is then
 * started again, and so that nobody else's text is blamed, every text gets a second try.
 */
import {
  type BuildFailure,
  type BuildOptions,
  type CommonOptions,
  type Loader,
  type Plugin,
  type StdinOptions,
  build,
  stop,
  transform,
} from "esbuild";

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
  platform: "browser",
  target: "esnext",
  charset: "utf8",
  logLevel: "silent",
  legalComments: "none",
  tsconfigRaw: {},
  sourcemap: false,
} as const satisfies CommonOptions;
const BUNDLE = {
  ...OPTIONS,
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  absWorkingDir: "/",
} as const satisfies BuildOptions;

/** Rejects with esbuild's BuildFailure for errors in the text, with another error when its process ended twice. */
export async function runBundler(request: BundlerRequest): Promise<BundlerResult> {
  const result = await twice(() => build({ ...BUNDLE, ...request }));
  return { text: result.outputFiles[0]?.text ?? "", inputs: Object.keys(result.metafile.inputs) };
}

/**
 * One text that imports nothing, as a script that leaves what it exports in the variable `name`. A third of the time of a bundle. Rejects as
 * `runBundler` does, for an `await` outside of functions too.
 */
export async function runTransform(text: string, name: string, loader: Loader): Promise<string> {
  const result = await twice(() => transform(text, { ...OPTIONS, format: "iife", globalName: name, loader }));
  return result.code;
}

async function twice<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await limited(work);
  } catch (error) {
    if (isFaultOfText(error)) throw error;
    await stop();
    return limited(work).catch(async (again: unknown) => {
      if (!isFaultOfText(again)) await stop();
      throw again;
    });
  }
}

async function limited<T>(work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => void stop(), LONGEST_MS);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
  }
}

const isFaultOfText = (error: unknown): boolean => ((error as Partial<BuildFailure>).errors?.length ?? 0) > 0;
