/**
 * What Deno runs: receives one program on stdin, imports it as a data: URL and carries its calls to the host.
 * The program shares this realm and may break or imitate everything here, which gains it nothing: the host believes
 * no frame. Must import nothing, because this text itself travels as a data: URL. Frame layout: frames.ts.
 */
interface DenoApi {
  readonly stdin: { read(into: Uint8Array): Promise<number | null> };
  readonly stdout: { writeSync(bytes: Uint8Array): number };
  inspect(value: unknown): string;
  exit(code: number): never;
}
interface Frame {
  readonly kind: number;
  readonly json: unknown;
  readonly bytes: Uint8Array | undefined;
}
interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

type Unhandled = Event & { readonly reason: unknown; readonly error: unknown };
declare function addEventListener(type: "unhandledrejection" | "error", listener: (event: Unhandled) => void): void;

const { stdin, stdout, inspect, exit } = (globalThis as unknown as { Deno: DenoApi }).Deno;
const [BLOB, START, CALL, OUTPUT, RESULT, FAILURE] = [1, 2, 4, 5, 6, 7];
const HEADER_BYTES = 9;
const CHUNK_BYTES = 65_536;
const { parse, stringify } = JSON;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const waiting = new Map<number, Waiting>();
let lastCall = 0;
let buffered = new Uint8Array(0);

/** Exactly `length` bytes of stdin; the process ends when the host closed it. */
async function take(length: number): Promise<Uint8Array> {
  if (buffered.length < length) {
    const whole = new Uint8Array(Math.max(length, CHUNK_BYTES));
    whole.set(buffered);
    let filled = buffered.length;
    while (filled < length) {
      const count = await stdin.read(whole.subarray(filled));
      if (count === null) return exit(0);
      filled += count;
    }
    buffered = whole.subarray(0, filled);
  }
  const taken = buffered.subarray(0, length);
  buffered = buffered.subarray(length);
  return taken;
}

async function readFrame(): Promise<Frame> {
  const head = await take(HEADER_BYTES);
  const header = new DataView(head.buffer, head.byteOffset, HEADER_BYTES);
  const json: unknown = parse(decoder.decode(await take(header.getUint32(1, true))));
  const bytesLength = header.getUint32(5, true);
  return { kind: header.getUint8(0), json, bytes: bytesLength === 0 ? undefined : await take(bytesLength - 1) };
}

function send(kind: number, json: unknown, bytes?: Uint8Array): void {
  const text = encoder.encode(stringify(json) ?? "null");
  const frame = new Uint8Array(HEADER_BYTES + text.length);
  const header = new DataView(frame.buffer);
  header.setUint8(0, kind);
  header.setUint32(1, text.length, true);
  header.setUint32(5, bytes === undefined ? 0 : bytes.length + 1, true);
  frame.set(text, HEADER_BYTES);
  writeAll(frame);
  if (bytes !== undefined) writeAll(bytes);
}

function writeAll(bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += stdout.writeSync(bytes.subarray(written));
}

function call(name: string, argument: unknown = null, bytes?: Uint8Array): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const id = lastCall + 1;
    // Throws for what is not JSON; then this number is free for the next call.
    send(CALL, { id, name, argument: argument ?? null }, bytes);
    lastCall = id;
    waiting.set(id, { resolve, reject });
  });
}

async function deliverReplies(): Promise<never> {
  for (;;) {
    const { id, value, error } = (await readFrame()).json as { id: number; value: unknown; error?: string };
    const caller = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) caller?.resolve(value);
    else caller?.reject(new Error(error));
  }
}

/** Removes what reaches other programs' state, devices, threads or the two standard streams that carry frames. */
function removeGlobals(): void {
  const names = [
    "Deno",
    "process",
    "Buffer",
    "global",
    "localStorage",
    "sessionStorage",
    "caches",
    "Worker",
    "prompt",
    "alert",
    "confirm",
  ];
  for (const name of names) Reflect.deleteProperty(globalThis, name);
  Reflect.deleteProperty(Object.getPrototypeOf(navigator) as object, "gpu");
}

/** Every console method prints as a frame: Deno's own would write between frames. */
function replaceConsole(): void {
  const onStderr = new Set(["warn", "error", "trace", "assert"]);
  const methods = console as unknown as Record<string, unknown>;
  for (const method of Object.keys(methods)) {
    if (typeof methods[method] !== "function") continue;
    methods[method] = (...values: unknown[]) => {
      if (method === "assert" && values.shift() === true) return;
      if (values.length === 0 && method !== "log") return;
      const line = values.map((value) => (typeof value === "string" ? value : inspect(value))).join(" ");
      send(OUTPUT, onStderr.has(method) ? "stderr" : "stdout", encoder.encode(`${line}\n`));
    };
  }
}

/** Message and stack, without this file's frames; the program's own data: URL would drown them. */
function describe(thrown: unknown): string {
  const text = thrown instanceof Error ? (thrown.stack ?? String(thrown)) : `threw ${inspect(thrown)}`;
  return text
    .replace(/data:text\/javascript;base64,[^\s):]*/g, "program")
    .replace(/\n.*data:application\/.*/g, "")
    .slice(0, 4000);
}

/** The text is a data: URL, so that it needs no file; `toBase64` is younger than the language's types. */
const importText = (bytes: Uint8Array): Promise<{ default?: unknown }> =>
  import(`data:text/javascript;base64,${(bytes as unknown as { toBase64(): string }).toBase64()}`);

/** All that can be done before there is a program: a loader mostly waits for one. */
async function prepare(): Promise<void> {
  removeGlobals();
  replaceConsole();
  await importText(encoder.encode("export default () => {};"));
}

async function main(): Promise<void> {
  await prepare();
  const blobs: Record<string, Uint8Array> = {};
  let frame = await readFrame();
  for (; frame.kind === BLOB; frame = await readFrame()) {
    Object.defineProperty(blobs, String(frame.json), { value: frame.bytes, enumerable: true });
  }
  if (frame.kind !== START || frame.bytes === undefined) exit(70);
  const module = await importText(frame.bytes as Uint8Array);
  if (typeof module.default !== "function")
    throw new TypeError("expected the module to export a default function, found none");
  void deliverReplies();
  send(RESULT, await (module.default as (host: unknown) => unknown)({ input: frame.json, blobs, call }));
}

const fail = (thrown: unknown): void => send(FAILURE, describe(thrown));
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fail(event.reason);
});
addEventListener("error", (event) => {
  event.preventDefault();
  fail(event.error);
});
await main().catch(fail);
export {};
