import fc from "fast-check";
import { expect, it } from "vitest";

import type { ModelReply } from "../../src/core/exchange.ts";
import { resolveModel } from "../../src/models/catalog/resolve-model.ts";
import { openaiWire } from "../../src/testing/model-server/openai.ts";
import { type ReceivedRequest, startModelServer } from "../../src/testing/model-server.ts";

const never = new AbortController().signal;

const asked: ReceivedRequest = {
  protocol: "openai",
  method: "POST",
  path: "/v1/chat/completions",
  headers: {},
  body: { stream_options: { include_usage: true } },
  model: "x",
  messages: [{ role: "user", content: "hello" }],
  samples: 2,
  isStream: true,
  temperature: undefined,
  maxOutputTokens: undefined,
};

/** A whole answer of the protocol with a few stretches cut out, doubled or overwritten. */
const damaged = fc
  .tuple(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.array(fc.tuple(fc.nat(3000), fc.nat(40), fc.string({ maxLength: 6 })), { maxLength: 4 }),
  )
  .map(([text, cuts]) => {
    const whole = openaiWire(asked, { text: [text, "two"] })
      .pieces.map(({ data }) => data)
      .join("");
    return cuts.reduce((body, [at, length, by]) => {
      const place = at % (body.length + 1);
      return body.slice(0, place) + by + body.slice(place + length);
    }, whole);
  });

const check = ({ answers, failure, usage }: ModelReply): void => {
  expect(answers.length > 0).toBe(failure === null);
  expect(answers.length).toBeLessThanOrEqual(2);
  for (const count of Object.values(usage)) expect(Number.isInteger(count) && count >= 0).toBe(true);
  if (failure !== null) expect(failure.message.length).toBeGreaterThan(10);
};

it("whatever a server sends is an answer or a failure, never an exception", async () => {
  let body = "";
  await using server = await startModelServer({
    answer: () => ({ fault: { kind: "body", body, contentType: "text/event-stream" } }),
  });
  const retries = { attempts: 1, firstDelayMs: 0, longestDelayMs: 0 };
  const model = resolveModel({ model: `openai-compatible:${server.url}/v1#x` }, {}, { retries });
  const bodies = fc.oneof(
    damaged,
    fc.string({ unit: "binary" }),
    fc.json().map((json) => `data: ${json}\n\n`),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (next) => {
      body = next;
      check(await model.complete({ messages: asked.messages, samples: 2 }, never));
    }),
    { numRuns: 100 },
  );
});
