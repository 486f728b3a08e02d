/**
 * Work that is done once per trial, even over kills: each piece has a name, and its value is in the journal before anybody
 * uses it. Pieces that are asked for twice at a time are done once.
 */
import type { Json } from "../core/json.ts";
import type { Journal } from "../journal/journal.ts";

export interface Parts {
  /** The value of the piece; `work` runs only if no session of this trial has done it. */
  once<T extends Json>(part: string, work: () => Promise<T>): Promise<T>;
}

export interface PartsObserver {
  /** Told of a piece that was done now, once it is in the journal. */
  partFinished?(part: string): void;
}

export interface PartsOptions {
  readonly trial: number;
  readonly now: () => number;
  readonly observer?: PartsObserver;
}

export function journalParts(journal: Journal, { trial, now, observer }: PartsOptions): Parts {
  const done = journal.parts(trial);
  const underWay = new Map<string, Promise<Json>>();
  return {
    once<T extends Json>(part: string, work: () => Promise<T>): Promise<T> {
      if (done.has(part)) return Promise.resolve(done.get(part) as T);
      const running = underWay.get(part);
      if (running !== undefined) return running as Promise<T>;
      const promise = work().then((value) => {
        journal.append({ type: "part.finished", at: now(), trial, part, value });
        done.set(part, value);
        observer?.partFinished?.(part);
        return value;
      });
      underWay.set(part, promise);
      const forget = () => void underWay.delete(part);
      promise.then(forget, forget);
      return promise;
    },
  };
}
