/**
 * `strop/nn` as programs of the warm worker see it: the same, but on the native engine, and what a program leaves open, as one that ends with its
 * process may, can be closed after it.
 */
import { type Backend, nativeBackend, type Session } from "../../../src/nn/index.ts";

export * from "../../../src/nn/index.ts";

const native = await nativeBackend({ threads: 1 });
let opened: Session[] = [];

/** Instead of the WebAssembly engine: the programs' own word for the backend. */
export const wasmBackend = (): Backend => ({
  ...native,
  async open(model) {
    const session = await native.open(model);
    opened.push(session);
    return session;
  },
});

/** Closes what was opened since the last call. */
export async function closeSessions(): Promise<void> {
  const left = opened;
  opened = [];
  for (const session of left) await session.close();
}
