// OpenWorkflow as it comes: its own tables in an SQLite file of its own, its own worker, in this process.
import { OpenWorkflow } from 'openworkflow';
import { BackendSqlite } from 'openworkflow/sqlite';

/** Runs of three steps a second. */
export async function runPlainEngine(path: string, runs: number): Promise<number> {
  const backend = BackendSqlite.connect(path);
  const engine = new OpenWorkflow({ backend });
  const three = engine.defineWorkflow({ name: 'three' }, async ({ input, step }) => {
    let value = input as number;
    for (const name of ['a', 'b', 'c']) value = await step.run({ name }, async () => value + 1);
    return value;
  });
  for (let made = 0; made < runs; made++) await three.run(1);
  const worker = engine.newWorker({ concurrency: 16 });
  const startedAt = performance.now();
  await worker.start();
  while ((await backend.countWorkflowRuns()).completed < runs)
    await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = (performance.now() - startedAt) / 1000;
  await worker.stop();
  await backend.stop();
  return runs / seconds;
}
