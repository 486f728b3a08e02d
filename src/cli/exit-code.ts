/** What strop's exit codes mean; only this room ends the process. */
export const EXIT = {
  /** Ended as asked, with an improvement or without one: a search that finds nothing has not failed. */
  done: 0,
  /** A table that was to have more rows; a run in which not one edit could be tried, as the agent or the model failed each time. */
  unfinished: 1,
  usage: 2,
  harness: 3,
  interrupted: 130,
} as const;
