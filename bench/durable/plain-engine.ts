// OpenWorkflow as it comes: its own tables in an SQLite file of its own, its own worker, in this process.
import { OpenWorkflow } from 'openworkflow';
import { BackendSqlite } from 'openworkflow/sqlite';
import type { Throughput } from './throughput.ts';

/** Runs of three steps. */
export async function runPlainEngine(
  path: string,
  { runs, concurrency }: { readonly runs: number; readonly concurrency: number },
): Promise<Throughput> {
  const backend = BackendSqlite.connect(path);
  const engine = new OpenWorkflow({ backend });
  const three = engine.defineWorkflow({ name: 'three' }, async ({ input, step }) => {
    let value = input as number;
    for (const name of ['a', 'b', 'c']) value = await step.run({ name }, async () => value + 1);
    return value;
  });
  for (let made = 0; made < runs; made++) await three.run(1);
  const worker = engine.newWorker({ concurrency });
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  await worker.start();
  while ((await backend.countWorkflowRuns()).completed < runs)
    await new Promise((resolve) => setTimeout(resolve, 15));
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await worker.stop();
  await backend.stop();
  return { perSecond: runs / seconds, cpuMsPerRun: (user + system) / 1000 / runs };
}
