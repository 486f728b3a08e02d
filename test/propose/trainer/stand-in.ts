/**
 * A worker without a model that speaks the trainer's protocol, as a process of its own. It answers with an edit that follows from
 * question, seed and weights, and its weights are a sum of rewards in a file. `STAND_IN` names a folder: what it is asked is appended to
 * `log.jsonl` there, and `faults.json` says which request it fails, and how.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

export type Fault =
  | "die"
  | "die-after"
  | "garbage"
  | "array"
  | "wrong-id"
  | "both"
  | "endless"
  | "silence"
  | "unasked"
  | "not-a-number"
  | "too-few"
  | "wrong-type"
  | "too-long"
  | "error"
  | "no-edit"
  | "slow";

/** The fault of the n-th request of that method, from 1; `always` for every one. */
export interface Faults {
  readonly [methodAndNumber: `${string}#${number | "always"}`]: Fault;
}

interface Request {
  readonly id: number;
  readonly method: string;
  readonly params: Record<string, unknown> & {
    readonly token?: string;
    readonly folder?: string;
    readonly checkpoint?: string | null;
    readonly next?: string;
    readonly messages?: readonly { readonly role: "user"; readonly content: string }[];
    readonly experience?: readonly { readonly reward: number }[];
    readonly seed?: number;
  };
}

const folder = process.env["STAND_IN"] ?? "";
const faults = JSON.parse(readFileSync(join(folder, "faults.json"), "utf8")) as Faults;
let checkpoints = "";

function faultOf(method: string): Fault | undefined {
  const log = join(folder, "log.jsonl");
  const lines = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [];
  const number = lines.filter((line) => (JSON.parse(line) as Request).method === method).length;
  return faults[`${method}#always`] ?? faults[`${method}#${number}`];
}

const weightsOf = (name: string | null | undefined): number =>
  name == null ? 0 : (JSON.parse(readFileSync(join(checkpoints, `${name}.json`), "utf8")) as { sum: number }).sum;

function answer({ method, params }: Request): Record<string, unknown> {
  if (method === "hello") return { protocol: 1 };
  if (method === "open") {
    checkpoints = params.folder as string;
    mkdirSync(checkpoints, { recursive: true });
    return { base: "0123456789abcdef", context: 4096, device: "none", parameters: 1, trainable: 1 };
  }
  if (method === "sample") return sample(params);
  const sum = (params.experience ?? []).reduce((total, { reward }) => total + reward, weightsOf(params.checkpoint));
  writeFileSync(join(checkpoints, `${params.next}.json`), JSON.stringify({ sum }));
  const report = { steps: 1, epochs: 1, kl: 0, clipped: 0, entropy: 0, explained: 0, drift: 0, tokens: 1 };
  return { checkpoint: params.next, digest: sha256(String(sum)), report };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Another number in the first file that has one, as a whole file: it applies whatever the file is. */
function sample({ messages = [], seed, checkpoint }: Request["params"]): Record<string, unknown> {
  const fresh = Number.parseInt(sha256(JSON.stringify([messages, seed, weightsOf(checkpoint)])).slice(0, 8), 16);
  const files = [...(messages[1]?.content ?? "").matchAll(/^(\S.*)\n(`{3,})\n([^]*?)^\2\n/gm)];
  const [, path = "main.py", , old = ""] = files.find((file) => /\d/.test(file[3] ?? "")) ?? files[0] ?? [];
  const changed = /\d/.test(old) ? old.replace(/\d[\d._]*/, String(fresh)) : `${old}x = ${fresh}\n`;
  const text = `Idea: another number\n\n${path}\n~~~~~~~~\n${changed}~~~~~~~~\n`;
  const tokens = [...Buffer.from(text.slice(0, 400))];
  const logProbabilities = tokens.map((token) => -token / 100);
  return { text, tokens, logProbabilities, value: 0, finish: "stop", promptTokens: 10 };
}

const withFault: Partial<Record<Fault, (reply: Record<string, unknown>, id: number) => string>> = {
  garbage: () => "\u0007not JSON\n",
  array: () => "[]\n",
  "wrong-id": (result, id) => line({ id: id + 1, result }),
  both: (result, id) => line({ id, result, error: { code: "x", message: "y" } }),
  endless: () => "x".repeat(200_000),
  silence: () => "",
  unasked: (result, id) => line({ id, result }) + line({ id, result }),
  "not-a-number": (result, id) => `{"id":${id},"result":${JSON.stringify({ ...result, value: null, report: null })}}\n`,
  "too-few": (result, id) => line({ id, result: { ...result, logProbabilities: [0], digest: "short" } }),
  "wrong-type": (_result, id) => line({ id, result: "yes" }),
  "too-long": (_result, id) => line({ id, error: { code: "prompt.too-long", message: "expected less", hint: "" } }),
  error: (_result, id) => line({ id, error: { code: "worker.fault", message: "it \u001b[31mbroke", hint: "look" } }),
  "no-edit": (result, id) => line({ id, result: { ...result, text: "I would rather not." } }),
};

const line = (message: object): string => `${JSON.stringify(message)}\n`;

function reply(socket: Socket, text: string): void {
  const request = JSON.parse(text) as Request;
  appendFileSync(join(folder, "log.jsonl"), line({ ...request, pid: process.pid }));
  const fault = faultOf(request.method);
  if (fault === "die") process.kill(process.pid, "SIGKILL");
  const result = answer(request);
  if (fault === "die-after") process.kill(process.pid, "SIGKILL");
  const said = fault === undefined ? undefined : withFault[fault];
  const out = said === undefined ? line({ id: request.id, result }) : said(result, request.id);
  if (fault === "slow") setTimeout(() => socket.write(out), 60_000);
  else socket.write(out);
}

const { values } = parseArgs({ options: { socket: { type: "string", default: "" } } });
const input = createInterface({ input: process.stdin });
let token = "";
input.once("line", (text) => {
  token = text;
  createServer((socket) => {
    let isKnown = false;
    createInterface({ input: socket }).on("line", (text_) => {
      isKnown ||= (JSON.parse(text_) as Request).params.token === token;
      if (isKnown) reply(socket, text_);
      else socket.destroy();
    });
  }).listen(values.socket, () => process.stdout.write(line({ listening: values.socket, protocol: 1 })));
});
input.on("close", () => process.exit(0));
