/**
 * A flow of code whose runs outlive the process: it finds an order, asks a person, and pays back once. Run it with
 * `node examples/durable-flow.ts FOLDER`; it needs no key. Killed at any moment, it goes on when it is run again.
 */
import { seq, step } from '@keelson/core';
import { approve, openLocalFlows } from '@keelson/engine';

const find = step('find', (order: number) => ({ order, dollars: 12 }), { effects: 'none' });
const ask = approve<{ order: number; dollars: number }>('ask', { expiresInMs: 86_400_000 });
const pay = step('pay', (found: { order: number; dollars: number }) => `paid back ${found.dollars}`, {
  effects: 'non_idempotent',
});
export const refund = seq('refund', find, ask, pay);

/** What the run ends with; a person who says yes to everything sits here. */
export async function payBack(data: string, order: number): Promise<unknown> {
  const { flows, identity, close } = await openLocalFlows({
    data,
    environment: process.env,
    lockfile: false,
    code: { flows: [refund] },
  });
  const { workspace } = identity;
  // The same key finds the run of the first start, whatever became of the process that began it.
  const { run } = await flows.start({
    workspace,
    flow: 'refund',
    payload: order,
    identity,
    key: `order ${order}`,
  });
  await flows.openWorker({ only: [run.id] });
  for await (const news of flows.follow(workspace, run.id)) {
    if (news.kind !== 'waiting') continue;
    const open = await flows.listApprovals({ workspace, runId: run.id, isOpen: true, limit: 10 });
    for (const { id } of open)
      await flows.decide(workspace, { approval: { id }, decision: 'approved', by: 'me' });
  }
  const { output } = await flows.getRun(workspace, run.id);
  await close();
  return output;
}

if (import.meta.main) console.log(await payBack(process.argv[2] ?? 'keelson-data', 7));
