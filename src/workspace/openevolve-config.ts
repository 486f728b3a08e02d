/** What is read of an OpenEvolve's config.yaml. */

export interface OpenEvolveSettings {
  /** `prompt.system_message`, or "". One word is none: it names a template of OpenEvolve's. */
  readonly systemMessage: string;
  /** `evaluator.timeout`, in seconds above 0. */
  readonly timeout: number | undefined;
}

/** Of any text: what says nothing, or is no YAML, has nothing. */
export async function openEvolveSettings(yaml: string): Promise<OpenEvolveSettings> {
  const root = yaml === "" ? undefined : await parsed(yaml);
  const message = entryOf(entryOf(root, "prompt"), "system_message");
  const timeout = entryOf(entryOf(root, "evaluator"), "timeout");
  const seconds = typeof timeout === "string" ? Number(timeout) : timeout;
  return {
    systemMessage: typeof message === "string" && /\S\s+\S/.test(message) ? message.trim() : "",
    timeout: typeof seconds === "number" && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined,
  };
}

async function parsed(yaml: string): Promise<unknown> {
  // Few commands need it, and each would wait for it.
  const { parse } = await import("yaml");
  try {
    return parse(yaml, { logLevel: "error" });
  } catch {
    return undefined;
  }
}

const entryOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
