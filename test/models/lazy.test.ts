import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { expect, it } from "vitest";

import { startModelServer } from "../../src/testing/model-server.ts";

const models = fileURLToPath(new URL("../../src/models/", import.meta.url));

/** Prints the provider clients that were loaded before and after the first question. */
const program = (url: string): string => `
  import { registerHooks } from "node:module";
  const loaded = new Set();
  registerHooks({ resolve(name, context, next) { if (/^(@ai-sdk\\/|ai$)/.test(name)) loaded.add(name); return next(name, context); } });
  const { resolveModel } = await import(${JSON.stringify(`${models}catalog/resolve-model.ts`)});
  await import(${JSON.stringify(`${models}catalog/detect-models.ts`)});
  const model = resolveModel({ model: "openai-compatible:${url}/v1#x" }, {});
  const before = [...loaded].length;
  const reply = await model.complete({ messages: [{ role: "user", content: "hi" }], samples: 1 }, new AbortController().signal);
  console.log(JSON.stringify({ before, after: loaded.has("@ai-sdk/openai-compatible"), others: loaded.has("@ai-sdk/anthropic"), text: reply.answers[0]?.text }));
`;

it("a provider's client is loaded when its first model is asked, and the process ends by itself", async () => {
  await using server = await startModelServer({ answer: "hello" });
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", program(server.url)]);
  expect(JSON.parse(stdout)).toEqual({ before: 0, after: true, others: false, text: "hello" });
});

/** Prints what `name` answers in the environment of this process. */
const question = (name: string, env: object): string => `
  const { resolveModel } = await import(${JSON.stringify(`${models}catalog/resolve-model.ts`)});
  const model = resolveModel({ model: ${JSON.stringify(name)} }, ${JSON.stringify(env)});
  const reply = await model.complete({ messages: [{ role: "user", content: "hi" }], samples: 1 }, new AbortController().signal);
  console.log(reply.answers[0]?.text ?? reply.failure.message);
`;

it.each(["openai/x", "openai-responses/x", "anthropic/x"])(
  "%s is asked where the variable of its address is set to nothing, as scripts leave it",
  async (name) => {
    await using server = await startModelServer({ answer: "hello" });
    const keys = { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k" };
    const env = { ...keys, OPENAI_API_BASE: server.url, ANTHROPIC_BASE_URL: server.url };
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", question(name, env)], {
      env: { ...process.env, OPENAI_BASE_URL: "", ANTHROPIC_BASE_URL: " " },
    });
    expect(stdout.trim()).toBe("hello");
  },
);
