import { expect, it } from "vitest";

import { dates } from "../../../../../src/propose/rules/faster/python/dates.ts";
import { applied } from "../applied.ts";
import { rewritten } from "./run-python.ts";

const TEXTS = `["2024-02-29", "2024-02-30", "2024-2-9", "2024-02-29 10:05", "2024-02-29T10:05", "2024-02-29 1:05", "2024-W09-4 10:05",
    "2024-02-29 10:05:07", "2024-02-29T10:05:07", "2024-02-29 10:05:61", "20240229", "0000-01-01", "2024-02-29 24:00", "", " 2024-02-29",
    "2024-02-29 10+05", "2024-02-29x10:05", "2024-02-29 10:05:07Z", "٢٠٢٤-02-29"]`;

it.each(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])(
  "%s: what is read and what is refused stay the same",
  async (format) => {
    const after = await rewritten(
      dates,
      `"""Times."""
from datetime import datetime

def f(text):
    try:
        return datetime.strptime(text, "${format}")
    except ValueError as error:
        return str(error)

for text in ${TEXTS}:
    print(f(text))
`,
    );
    expect(after).toContain("fromisoformat(text)");
  },
);

it("other times are remembered, by the name of the module that the file has", async () => {
  const after = await rewritten(
    dates,
    `import datetime
for text in ["1/Feb/2024", "1/Feb/2024"]:
    time = datetime.datetime.strptime(text, "%d/%b/%Y")
    print(time)
    text + "!"
`,
  );
  expect(after).toContain('    return datetime.datetime.strptime(text, "%d/%b/%Y")');
  expect(after).toContain("time = read_time(text)");
});

it.each([
  "from datetime import datetime\ndef f(t, how):\n    return datetime.strptime(t, how)\n",
  "import time\ndef f(t):\n    return time.strptime(t, '%Y')\n",
])("leaves alone other formats and functions: %#", async (text) => {
  expect([...(await applied(dates, "a.py", text)).keys()]).toEqual([]);
});
