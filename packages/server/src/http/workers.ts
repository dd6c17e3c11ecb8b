// Several processes that share one port: started together, ended together, and one that dies is replaced.
import cluster, { type Worker } from 'node:cluster';
import { SettingError } from './settings.ts';

/** A process that ends before it listens, or so soon afterwards, would only end again. */
const tooSoonMs = 2000;

export function isFirstWorker(): boolean {
  return cluster.isPrimary || cluster.worker?.id === 1;
}

/** Resolves when all have ended, because a signal said so; rejects when they cannot be started. */
export function runWorkers(count: number): Promise<void> {
  let isStopping = false;
  const stop = (): void => {
    isStopping = true;
    for (const worker of running()) worker.process.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, stop);
  process.on('disconnect', stop);
  process.channel?.unref();
  return new Promise((resolve, reject) => {
    let failure: Error | undefined;
    const start = (): void => {
      const worker = cluster.fork();
      let isSettled = false;
      // From then on, because a start takes as long as the machine is slow.
      worker.once('listening', () => {
        setTimeout(() => {
          isSettled = true;
        }, tooSoonMs).unref();
      });
      worker.once('exit', (code) => {
        if (!isStopping && isSettled) start();
        else if (!isStopping) {
          failure ??= new SettingError(`Keelson could not start: a worker ended with ${code}.`);
          stop();
        }
        if (running().length > 0) return;
        if (failure === undefined) resolve();
        else reject(failure);
      });
    };
    for (let at = 0; at < count; at++) start();
  });
}

function running(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter(
    (worker) => worker !== undefined && !worker.isDead(),
  ) as Worker[];
}
