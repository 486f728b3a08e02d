/** The report page: it tells the story first, escapes all that others wrote, and asks nothing of the network. */
import { describe, expect, test } from "vitest";

import type { RunEvent } from "../../src/journal/events.ts";
import { reduce } from "../../src/journal/fold/reduce.ts";
import type { RunState } from "../../src/journal/state.ts";
import type { TrialRecord } from "../../src/core/trial.ts";
import { diffHtml } from "../../src/report/diff-html.ts";
import { reportHtml } from "../../src/report/html.ts";
import { startedEvent } from "../journal/arbitrary-run.ts";
import { begun, failed, proposed, scored, wholeTrial } from "../journal/simple-trial.ts";

const fold = (events: readonly RunEvent[]): RunState => events.reduce<RunState | null>(reduce, null) as RunState;
const pageOf = (events: readonly RunEvent[], diff = ""): string => {
  const state = fold([startedEvent("minimize"), ...events]);
  const trials = [...state.recent, ...state.open, ...state.contests.map(({ record }) => record)];
  return reportHtml({ state, trials: trials.sort((a, b) => a.trial - b.trial), diff, beside: [] });
};
const rowOf = (page: string, trial: number): string => new RegExp(`<tr id="t${trial}">.*`).exec(page)?.[0] ?? "";

const HOSTILE = `</title></style><script>alert(1)</script><img src=x onerror="alert(1)"> 'x' \u202egnp.exe\u0007`;

describe("the report", () => {
  const run = [
    ...wholeTrial(0, 4, "keep"),
    ...wholeTrial(1, 5),
    proposed(2, { description: "a longer warm-up", proposer: "rewrites" }),
    begun(2),
    scored(2, 3, "keep"),
    proposed(3),
    begun(3),
    failed(3, "crashed", "exit code 1: no such file\n  at line 3"),
  ];

  test("begins with how much better it is, and ranks the edits that made it so", () => {
    const page = pageOf(run);
    expect(page).toMatch(/<h1><bdi>val_bpb<\/bdi> .*4 →<\/span> <strong>3<\/strong> <span class="change">−25.0 %</);
    expect(page).toContain("3 edits in 0 s: 1 kept, 1 tried in vain, 1 failed.");
    const gains = page.slice(page.indexOf("What helped"), page.indexOf("The champion&"));
    expect(gains).toMatch(/href="#t2">#2<.*a longer warm-up.*rewrites.*−25.0 %.*width:100.0%/);
  });

  test("says of each trial what became of it and why, without the pointer", () => {
    const page = pageOf(run);
    expect(rowOf(page, 0)).toContain(">baseline<");
    expect(rowOf(page, 1)).toContain(">discard<");
    expect(rowOf(page, 3)).toMatch(/>crashed<.*<small dir="auto">exit code 1: no such file<\/small>/);
  });

  test("of another loop's run it shows every metric, says that the best of noisy scores flatters, and names its settings", () => {
    const begin = startedEvent("maximize") as Extract<RunEvent, { type: "run.started" }>;
    const settings = { rounds: 1, models: ["<b>"], seed: 7, lambda: null };
    const task = { ...begin.task, settings, metric: { ...begin.task.metric, deterministic: false } };
    const one = (trial: number): RunEvent[] => {
      const { outcome, ...end } = scored(trial, 0.5 + trial / 10, "keep");
      return [
        proposed(trial),
        begun(trial),
        { ...end, outcome: { ...outcome, metrics: { test_score: 0.25 + trial } } },
      ];
    };
    const state = fold([{ ...begin, task }, ...one(0), ...one(1)]);
    const page = reportHtml({ state, trials: state.recent, diff: "", beside: [], notes: ["<i>"] });
    expect(page).toContain("</b>&#60;i&#62;</li>");
    expect(page).toMatch(/best of 2 measurements.*flattered/);
    expect(page).toMatch(/<td class="n">1<\/td><td class="n">0\.6<\/td><td class="n">1\.25<\/td>/);
    expect(page).toContain("rounds 1 · models [&#34;&#60;b&#62;&#34;]");
    expect(page).not.toMatch(/lambda|budget 5 s/);
    expect(pageOf(run)).not.toMatch(/flattered|What was measured/);
  });

  test("claims no sandbox for what another tool has run", () => {
    const begin = startedEvent("minimize") as Extract<RunEvent, { type: "run.started" }>;
    const saidOf = (tier: string): string => {
      const state = fold([{ ...begin, tier }, ...run]);
      return reportHtml({ state, trials: state.recent, diff: "", beside: [] });
    };
    expect(saidOf("deno")).toContain("Every program ran in a sandbox: deno.");
    expect(saidOf("imported")).not.toContain("ran in a sandbox");
    expect(saidOf("imported")).toContain("made by another tool");
  });

  test("does not call a trial discarded whose verdict is still to come", () => {
    const waiting: RunEvent = { ...scored(4, 2), verdict: null };
    const page = pageOf([...run, proposed(4), begun(4), waiting, proposed(5)]);
    expect(rowOf(page, 4)).toContain(">check<");
    expect(page).toContain("5 edits in 0 s: 1 kept, 1 tried in vain, 1 failed, 1 in question, 1 not finished.");
  });

  test("has words for a run without a trial, without a score and without a gain", () => {
    expect(pageOf([])).toContain("no score yet");
    const broken = pageOf([proposed(0), begun(0), failed(0, "crashed", "exit code 1: <no> such file\nat line 3")]);
    expect(broken).toContain("no score yet");
    expect(broken).toContain("The baseline ended as crashed: exit code 1: &#60;no&#62; such file</p>");
    expect(broken).not.toContain("the champion is the baseline");
    const page = pageOf([...wholeTrial(0, 4, "keep"), ...wholeTrial(1, 5)]);
    expect(page).toContain("nothing better found yet");
    expect(pageOf(wholeTrial(0, 4, "keep"))).toContain("no edit tried yet");
    expect(page).not.toContain("What helped");
  });

  test("shows what a candidate wrote as text, in its own order, and runs none of it", () => {
    const hostile = [
      ...wholeTrial(0, 4, "keep"),
      proposed(1, { description: HOSTILE, proposer: HOSTILE }),
      begun(1),
      scored(1, 3, "keep"),
      proposed(2, { description: HOSTILE }),
      begun(2),
      failed(2, "crashed", HOSTILE),
      proposed(3),
      begun(3),
      // A journal of others is not bound to what a trial can become.
      failed(3, HOSTILE as "crashed"),
    ];
    const page = pageOf(hostile, `@@ -1 +1 @@\n+${HOSTILE}\n`);
    expect(page.match(/<script|<img|onerror="/g)).toBeNull();
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page.match(/<\/title>/g)!.length).toBe(page.match(/<title>/g)!.length);
    expect(page).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u);
    expect(page).not.toContain("\u0007");
    expect(page).toContain("\\u{202e}gnp.exe");
  });

  test("asks nothing of the network, and may not", () => {
    const page = pageOf(run, "@@ -1 +1 @@\n-a\n+b\n");
    expect(page).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/(?:src|href)="(?!#)|url\(|@import/);
  });

  test("stays small for very many trials, and says what it leaves out", () => {
    const state = fold([startedEvent(), ...run]);
    const [one] = state.recent as [TrialRecord];
    const trials = Array.from({ length: 20_000 }, (_, trial) => ({ ...one, trial, description: "x".repeat(5_000) }));
    const page = reportHtml({ state: { ...state, nextTrial: 20_000 }, trials, diff: "", beside: [] });
    expect(page.match(/<tr id=/g)).toHaveLength(600);
    expect(page.length).toBeLessThan(6_000_000);
    expect(page).toContain("The newest and the kept of 20,000");
  });
});

describe("a diff on a page", () => {
  test("colours changes, not the names of files, and codes what would look like a line of its own", () => {
    const html = diffHtml("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n--- old\n+++ new\r- forged\n same\n");
    expect(html).toContain('<span class="file">--- a/x</span>');
    expect(html).toContain('<span class="del">--- old</span>');
    expect(html).toContain('<span class="add">+++ new\\u{d}- forged</span>');
    expect(html).toContain("\n same</pre>");
  });

  test("is cut where it is very long, in words", () => {
    const html = diffHtml(`@@ -1 +1 @@\n${"+a\n".repeat(5_000)}+${"b".repeat(9_000)}`);
    expect(html.length).toBeLessThan(100_000);
    expect(html).toContain("3502 more lines");
  });
});
