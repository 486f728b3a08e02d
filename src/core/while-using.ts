/** What `using` does, as a function: Node 22 does not know the word, and sources run there as they are. */

/** Does `work` with `resource`, and disposes of it when that has settled. */
export async function whileUsing<R extends Disposable, T>(resource: R, work: (resource: R) => Promise<T>): Promise<T> {
  try {
    return await work(resource);
  } finally {
    resource[Symbol.dispose]();
  }
}
