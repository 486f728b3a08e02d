/** What is read of an OpenEvolve's config.yaml, as Python's reader of YAML has it. */
import { messageOf } from "../../core/errors.ts";

export interface OpenEvolveSettings {
  /** `prompt.system_message`, or "". One word is none: it names a template of OpenEvolve's. */
  readonly systemMessage: string;
  /** `evaluator.timeout`, in seconds above 0. */
  readonly timeout: number | undefined;
  /** Why nothing could be read, in a clause. */
  readonly problem?: string | undefined;
}

/** Nobody writes more by hand, and of hostile aliases more would take minutes. In characters. */
const LONGEST = 250_000;

/** Never throws: what says nothing, or is no YAML, has nothing. */
export async function openEvolveSettings(yaml: string): Promise<OpenEvolveSettings> {
  const { root, problem } = yaml === "" ? {} : await parsed(yaml);
  const message = entryOf(entryOf(root, "prompt"), "system_message");
  const timeout = entryOf(entryOf(root, "evaluator"), "timeout");
  const seconds = typeof timeout === "string" ? Number(timeout) : timeout;
  return {
    systemMessage: typeof message === "string" && /\S\s+\S/.test(message) ? message.trim() : "",
    timeout: typeof seconds === "number" && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined,
    problem,
  };
}

async function parsed(yaml: string): Promise<{ readonly root?: unknown; readonly problem?: string }> {
  if (yaml.length > LONGEST) return { problem: `it has more than ${LONGEST} characters` };
  // Few commands need it, and each would wait for it.
  const { parse } = await import("yaml");
  try {
    // Of a key that is there twice the last counts. To look for the first takes a time in proportion to the square of their number.
    return { root: parse(yaml, { logLevel: "error", version: "1.1", uniqueKeys: false }) };
  } catch (thrown) {
    return { problem: messageOf(thrown).split(/:?\n/)[0]! };
  }
}

const entryOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
