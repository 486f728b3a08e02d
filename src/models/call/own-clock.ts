/**
 * Node gives up a server that sends no headers for 300 s, and a slow one that does not stream sends none until its answer is
 * done. How long a call may take is for its own deadline to say.
 */

/** The part that is used of what sends Node's requests, through a proxy or not. */
interface Dispatcher {
  dispatch(options: object, handler: unknown): boolean;
}

/** Where Node keeps it for every copy of its HTTP client in the process. */
const SENDS = Symbol.for("undici.globalDispatcher.1");

/** For `fetch`: no limit of Node's own before the headers. Nothing where Node keeps it elsewhere. */
export function onOwnClock(): object {
  // Node loads its client with the first of these names that is used.
  void Response;
  const sends = (globalThis as { readonly [SENDS]?: Dispatcher })[SENDS];
  if (sends === undefined) return {};
  const dispatcher: Dispatcher = {
    dispatch: (options, handler) => sends.dispatch({ ...options, headersTimeout: 0 }, handler),
  };
  return { dispatcher };
}
