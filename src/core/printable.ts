/** Text of others made safe to print: what a program wrote must not drive a terminal or hide in a report. */

// oxlint-disable-next-line no-control-regex
const ESCAPE_SEQUENCE = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;
// oxlint-disable-next-line no-control-regex
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Without escape sequences and control characters; tabs and newlines stay, and CRLF becomes a newline. */
export const printable = (text: string): string =>
  text.replace(ESCAPE_SEQUENCE, "").replace(/\r\n?/g, "\n").replace(CONTROL_CHARACTER, "");

/** As much of what a program says of its failure as a journal keeps. */
export const reported = (text: string, most = 2_000): string => printable(text).slice(0, most);
