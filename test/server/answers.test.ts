/** Answers from the journal alone: the server at one end of a memory, the official client at the other. */
import { join } from "node:path";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { expect, test } from "vitest";

import type { RunEvent } from "../../src/journal/events.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { journalPath } from "../../src/journal/runs.ts";
import { serveMcp } from "../../src/server/mcp.ts";
import { startedEvent } from "../journal/arbitrary-run.ts";
import { begun, proposed, scored } from "../journal/simple-trial.ts";
import { QUADRATIC, quadraticTask } from "../loop/make-task.ts";

test("a trial with a very long edit is answered at a length that clients take", async () => {
  const { folder } = quadraticTask();
  const journal = openJournal(journalPath(join(folder, ".strop"), "run-001"), { create: true });
  const save = (text: string) => journal.saveProgram({ "train.ts": text });
  const [baseline, long] = [save(QUADRATIC), save(`${QUADRATIC}${"// a long comment\n".repeat(10_000)}`)];
  const trial = (number: number, parent: string | null, candidate: string): RunEvent[] => [
    proposed(number, { parent, candidate }),
    begun(number),
    scored(number, 4 - number, "keep"),
  ];
  const start = { ...startedEvent(), baseline } as RunEvent;
  for (const event of [start, ...trial(0, null, baseline), ...trial(1, baseline, long)]) journal.append(event);
  journal.close();

  const [here, there] = InMemoryTransport.createLinkedPair();
  const left = new AbortController();
  const served = serveMcp({ folder, tier: "deno", transport: there, signal: left.signal });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(here);
  const { content } = await client.callTool({ name: "get_trial", arguments: { trial: 1 } });
  const texts = (content as { text: string }[]).map(({ text }) => text);
  expect(texts.join("").length).toBeLessThan(70_000);
  expect(texts.at(-1)).toMatch(/^\[cut: \d+ characters more; read_program/);
  left.abort();
  await served;
});
