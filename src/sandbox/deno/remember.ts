/** Work that is done once per key. */

/** What `make` gave for this key before, or gives now. A failure is not remembered: it may not be the key's fault. */
export function remember<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  made.catch(() => known.delete(key));
  return made;
}
