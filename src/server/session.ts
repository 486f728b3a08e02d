/**
 * Opens the run when there is an edit to try, and lets go of the folder when there is none for a while, so that other
 * strop commands work meanwhile. Every session continues the newest run of the folder.
 */
import { StropError, messageOf } from "../core/errors.ts";
import { runTask, type RunTaskResult } from "../loop/research/run-task.ts";
import type { Tier } from "../sandbox/types.ts";
import { loadTask } from "../workspace/load-task.ts";
import { tryDesk, type TryDesk } from "./try-desk.ts";
import type { HandedIn, Try } from "./try.ts";

export interface SessionOptions {
  /** The task's folder. */
  readonly folder: string;
  readonly tier: Tier | "auto";
  /** The folder is let go after so long without an edit. */
  readonly idleMs: number;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
}

export interface TrySession {
  /** Takes an edit; starts a session if none is open. */
  handIn(edit: HandedIn): Try;
  readonly find: TryDesk["find"];
  readonly listen: TryDesk["listen"];
  /** What was heard last; "" when no session is open. */
  activity(): string;
  /** Waits until the try is over, `ms` have passed, or `signal` aborts; returns the try as it is then. */
  wait(ticket: string, ms: number, signal: AbortSignal): Promise<Try | undefined>;
  /** Ends the session after the running trials, or `now`; those run again in the next session. Null if none was open. */
  stop(when: "now" | "after-running"): Promise<RunTaskResult | null>;
  /** Stops now, and for good: no later edit opens another session. */
  close(): Promise<void>;
}

export function trySession(options: SessionOptions): TrySession {
  const desk = tryDesk(options);
  let open: { readonly controller: AbortController; readonly done: Promise<RunTaskResult | null> } | undefined;
  let activity = "";
  let isClosed = false;
  desk.listen((news) => {
    activity = news;
  });
  const start = () => {
    const controller = new AbortController();
    desk.open();
    activity = "the run is being opened; a new one begins with the baseline";
    const done = runOnce(options, desk, controller.signal).finally(() => {
      open = undefined;
      activity = "";
      // Handed in while the session was ending.
      if (desk.isWaitedFor()) start();
    });
    open = { controller, done };
  };
  const stop = async (when: "now" | "after-running") => {
    const ending = open;
    if (ending === undefined) return null;
    desk.refuse(new StropError("mcp.stopped", "the session was stopped before this edit's turn came"));
    desk.close();
    if (when === "now") ending.controller.abort(new Error("stopped"));
    return ending.done;
  };
  return {
    find: desk.find,
    listen: desk.listen,
    activity: () => activity,
    handIn(edit) {
      if (isClosed) throw new StropError("mcp.stopped", "the server ended before this edit was taken");
      const one = desk.handIn(edit);
      if (open === undefined) start();
      return one;
    },
    wait: (ticket, ms, signal) => waitFor(desk, ticket, { ms, signal }),
    stop,
    async close() {
      isClosed = true;
      await stop("now");
    },
  };
}

/** One session of the run. Never rejects: what goes wrong is what its edits are told. */
async function runOnce(options: SessionOptions, desk: TryDesk, signal: AbortSignal): Promise<RunTaskResult | null> {
  const { proposer, observer } = desk;
  try {
    const loaded = await loadTask(options.folder);
    const result = await runTask(loaded, { proposer, observer, tier: options.tier, signal });
    desk.end(
      new StropError("mcp.run-ended", `the run has ended: ${result.state.ended}`, {
        hint: "the user decides whether it goes on: `stop` in strop.config sets its end",
      }),
    );
    return result;
  } catch (thrown) {
    const problem =
      thrown instanceof StropError ? thrown : new StropError("mcp.failed", messageOf(thrown), { cause: thrown });
    desk.refuse(problem);
    desk.end(problem);
    return null;
  }
}

function waitFor(
  desk: TryDesk,
  ticket: string,
  { ms, signal }: { ms: number; signal: AbortSignal },
): Promise<Try | undefined> {
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      stopListening();
      signal.removeEventListener("abort", finish);
      resolve(desk.find(ticket));
    };
    const timer = setTimeout(finish, ms);
    const stopListening = desk.listen(() => {
      if (desk.find(ticket)?.isOver !== false) finish();
    });
    signal.addEventListener("abort", finish, { once: true });
    if (signal.aborted || desk.find(ticket)?.isOver !== false) finish();
  });
}
