/** What strop's exit codes mean; only this room ends the process. */
export const EXIT = {
  done: 0,
  nothingImproved: 1,
  usage: 2,
  harness: 3,
  interrupted: 130,
} as const;
