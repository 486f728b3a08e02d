/** What is read of an OpenEvolve's config.yaml. Any text may be asked: what says nothing, or is no YAML, has nothing. */
import { parse } from "yaml";

/** `prompt.system_message`, or "". One word names a template of OpenEvolve's. */
export function systemMessageIn(yaml: string): string {
  const message = entryOf(sectionOf(yaml, "prompt"), "system_message");
  return typeof message === "string" && /\S\s+\S/.test(message) ? message.trim() : "";
}

/** `evaluator.timeout`, in seconds above 0. */
export function timeoutIn(yaml: string): number | undefined {
  const timeout = entryOf(sectionOf(yaml, "evaluator"), "timeout");
  const seconds = typeof timeout === "string" ? Number(timeout) : timeout;
  return typeof seconds === "number" && seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}

function sectionOf(yaml: string, section: string): unknown {
  try {
    return entryOf(parse(yaml, { logLevel: "error" }), section);
  } catch {
    return undefined;
  }
}

const entryOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
