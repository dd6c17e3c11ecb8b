/**
 * Measures CPU time of several ways to do one thing, interleaved in one process, so that noise of the machine meets all of
 * them alike. Ratios are medians of the ratios within a round.
 */
export interface Contender {
  readonly name: string;
  /** Does the work once. */
  readonly run: () => unknown | Promise<unknown>;
  /** How often per round; slow contenders run less, their time is scaled. */
  readonly times: number;
}

export interface Measured {
  /** CPU microseconds per run, median of the rounds. */
  readonly cpuUs: Readonly<Record<string, number>>;
  /** The first contender's CPU time divided by each other's. */
  readonly ratios: Readonly<Record<string, number>>;
}

export async function measure(contenders: readonly Contender[], rounds: number): Promise<Measured> {
  const figures = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const warmUps = 3;
  for (let round = -warmUps; round < rounds; round++) {
    for (const contender of contenders) {
      const cpuUs = await cpuOf(contender);
      if (round >= 0) figures.get(contender.name)?.push(cpuUs);
    }
  }
  const [first, ...others] = contenders.map(({ name }) => name) as [string, ...string[]];
  const own = figures.get(first) as number[];
  return {
    cpuUs: Object.fromEntries([...figures].map(([name, values]) => [name, median(values)])),
    ratios: Object.fromEntries(
      others.map((name) => [name, median(own.map((us, at) => us / (figures.get(name)?.[at] ?? 1)))]),
    ),
  };
}

async function cpuOf({ run, times }: Contender): Promise<number> {
  const before = process.cpuUsage();
  for (let at = 0; at < times; at++) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
