/** Simulates a hotline event by event: callers who wait, give up or call again, agents with skills, and what they all cost. */
interface Plan {
  readonly name: string;
  readonly agents: readonly (readonly string[])[];
  /** Seconds between two calls, of a call, and until a caller gives up, on average. */
  readonly between: number;
  readonly talk: number;
  readonly patience: number;
  readonly topics: readonly string[];
  readonly hours: number;
  readonly seed: number;
}

interface Call {
  readonly id: number;
  readonly topic: string;
  readonly arrived: number;
  readonly attempt: number;
  readonly isUrgent: boolean;
}

interface Event {
  readonly time: number;
  readonly kind: "call" | "hang up" | "give up";
  readonly call: Call;
  readonly agent: number;
}

interface Served {
  readonly call: Call;
  readonly waited: number;
  readonly agent: number;
  readonly seconds: number;
}

/** Numbers from 0 to 1, of its own so that a plan always goes the same way. */
class Random {
  private state: bigint;

  constructor(seed: number) {
    this.state = BigInt(seed) * 2862933555777941757n + 3037000493n;
  }

  next(): number {
    this.state = (this.state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n;
    return Number(this.state / 2n ** 11n) / 2 ** 53;
  }

  exponential(mean: number): number {
    return -Math.log(1 - this.next()) * mean;
  }
}

class Hotline {
  readonly served: Served[] = [];
  lost: Call[] = [];
  longest = 0;
  private events: Event[] = [];
  private waiting: Call[] = [];
  private busy: number[] = [];
  private calls = 0;

  private readonly plan: Plan;
  private readonly random: Random;

  constructor(plan: Plan) {
    this.plan = plan;
    this.random = new Random(plan.seed);
  }

  run(): void {
    this.schedule({ time: 0, kind: "call", call: this.newCall(0, 1), agent: -1 });
    while (this.events.length > 0) {
      const event = this.events.shift()!;
      if (event.kind === "call") this.arrive(event);
      else if (event.kind === "give up") this.giveUp(event);
      else this.busy = this.busy.filter((agent) => agent !== event.agent);
      this.assign(event.time);
      this.longest = Math.max(this.longest, this.waiting.length);
    }
  }

  private schedule(event: Event): void {
    this.events.push(event);
    this.events.sort((a, b) => a.time - b.time || a.call.id - b.call.id);
  }

  private newCall(time: number, attempt: number): Call {
    const topic = this.plan.topics[Math.floor(this.random.next() * this.plan.topics.length)]!;
    return { id: ++this.calls, topic, arrived: time, attempt, isUrgent: this.random.next() < 0.1 };
  }

  private arrive({ time, call }: Event): void {
    this.waiting = [...this.waiting, call];
    this.schedule({ time: time + this.random.exponential(this.plan.patience), kind: "give up", call, agent: -1 });
    const next = time + this.random.exponential(this.plan.between);
    if (call.attempt === 1 && next < this.plan.hours * 3600)
      this.schedule({ time: next, kind: "call", call: this.newCall(next, 1), agent: -1 });
  }

  private giveUp({ time, call }: Event): void {
    if (!this.waiting.some((other) => other.id === call.id)) return;
    this.waiting = this.waiting.filter((other) => other.id !== call.id);
    this.lost = this.lost.concat(call);
    if (call.attempt < 3 && this.random.next() < 0.5) {
      const again = time + 600 + this.random.exponential(900);
      const repeated = { ...call, id: ++this.calls, arrived: again, attempt: call.attempt + 1 };
      this.schedule({ time: again, kind: "call", call: repeated, agent: -1 });
    }
  }

  /** Urgent callers first, then those who wait for the longest time; an agent with fewer skills first. */
  private assign(time: number): void {
    const order = [...this.waiting].sort(
      (a, b) => Number(b.isUrgent) - Number(a.isUrgent) || a.arrived - b.arrived || a.id - b.id,
    );
    for (const call of order) {
      const free = this.plan.agents
        .map((skills, agent) => ({ skills, agent }))
        .filter(({ agent }) => !this.busy.includes(agent))
        .filter(({ skills }) => skills.includes(call.topic))
        .sort((a, b) => a.skills.length - b.skills.length || a.agent - b.agent);
      if (free.length === 0) continue;
      const { agent } = free[0]!;
      const seconds = this.random.exponential(this.plan.talk);
      this.busy.push(agent);
      this.waiting = this.waiting.filter((other) => other.id !== call.id);
      this.served.push({ call, waited: time - call.arrived, agent, seconds });
      this.schedule({ time: time + seconds, kind: "hang up", call, agent });
    }
  }
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / (values.length || 1);

function describe(plan: Plan, hotline: Hotline): string {
  const waits = hotline.served.map(({ waited }) => waited);
  let report = `${plan.name}: ${waits.length} served, ${hotline.lost.length} gave up, ${hotline.longest} waited at once\n`;
  report += `  wait ${mean(waits).toFixed(3)} on average, `;
  report +=
    [0.5, 0.9, 0.99].map((share) => `${percentile(waits, share).toFixed(3)} at ${share * 100}%`).join(", ") + "\n";
  for (const topic of plan.topics) {
    const own = hotline.served.filter(({ call }) => call.topic === topic);
    const lost = hotline.lost.filter((call) => call.topic === topic);
    report += `  ${topic} ${own.length} served ${lost.length} lost wait ${mean(own.map(({ waited }) => waited)).toFixed(3)}\n`;
  }
  plan.agents.forEach((skills, agent) => {
    const talked = hotline.served.filter((served) => served.agent === agent).map(({ seconds }) => seconds);
    report += `  agent ${agent} (${skills.join(" ")}) ${talked.length} calls ${(mean(talked) * talked.length).toFixed(2)} s\n`;
  });
  return report;
}

function parsePlan(line: string): Plan {
  const fields = new Map(line.split("; ").map((field) => field.split("=") as [string, string]));
  const number = (name: string): number => Number(fields.get(name));
  return {
    name: fields.get("name") ?? "",
    agents: fields
      .get("agents")!
      .split(",")
      .map((skills) => skills.split("+")),
    topics: fields.get("topics")!.split(","),
    between: number("between"),
    talk: number("talk"),
    patience: number("patience"),
    hours: number("hours"),
    seed: number("seed"),
  };
}

export function main(text: string): string {
  let report = "";
  for (const line of text.trim().split("\n")) {
    const plan = parsePlan(line);
    const hotline = new Hotline(plan);
    hotline.run();
    report += describe(plan, hotline);
  }
  return report;
}
