/** Spends of a budget until it is killed, and says each call when it is sent and when it is over; `spend-forever.ts FOLDER PATH`. */
import { createIds, silentLog, systemClock, systemRandom } from '../../observability/index.ts';
import { openStorage } from '../../storage/index.ts';
import { Limits } from '../limits.ts';
import { Refusal } from '../refusal.ts';

const [folder = '', path = ''] = process.argv.slice(2);
const storage = await openStorage({ kind: 'sqlite', path }, { clock: systemClock, log: silentLog });
const newId = createIds(systemClock, systemRandom);
const limits = new Limits({
  storage,
  clock: systemClock,
  log: silentLog,
  newId,
  host: 'here',
  journal: { folder, pieceBytes: 4096 },
});
await limits.ready;
const subject = { workspace: 'w', keyId: 'k' };

async function call(): Promise<void> {
  const touches = limits.touchedBy(subject, {}, () => ({ alias: undefined, targets: [] }));
  const callId = newId();
  const answer = await limits.reserve({ callId, touches, amounts: touches.map(() => 100), facts: '{}' });
  if (answer instanceof Refusal) {
    await systemClock.sleep(5);
    return;
  }
  // What stands here was sent; whoever reads it holds us to that.
  process.stdout.write(`sent ${callId}\n`);
  await systemClock.sleep(Math.random() * 4);
  const used = Math.floor(Math.random() * 101);
  answer.settle(
    touches.map(() => used),
    systemClock.now(),
    '{}',
  );
  // Only when its line is in the system's hands.
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  process.stdout.write(`over ${callId} ${used}\n`);
}

await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (;;) await call();
  }),
);
