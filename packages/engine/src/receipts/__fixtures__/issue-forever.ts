/** Issues receipts until it is killed, and says after each flush how many are stored: `issue-forever.ts KIND PLACE FOLDER`. */
import { createIds, silentLog, systemClock, systemRandom } from '../../observability/index.ts';
import { openStorage } from '../../storage/index.ts';
import { createReceiptIssuer, holdSigningKey } from '../index.ts';

const [kind, place = '', folder = ''] = process.argv.slice(2);
const target = kind === 'sqlite' ? ({ kind, path: place } as const) : ({ kind: 'postgres', url: place } as const);
const storage = await openStorage(target, { clock: systemClock, log: silentLog });
const keys = await holdSigningKey({ folder, storage: storage.receipts, clock: systemClock, log: silentLog });
const newId = createIds(systemClock, systemRandom);
const issuer = createReceiptIssuer({ storage: storage.receipts, keys, clock: systemClock, log: silentLog, newId });
for (let round = 0; ; round++) {
  for (let at = 0; at < 1 + (round % 300); at++) {
    issuer.issue({
      id: newId(),
      startedAt: systemClock.now(),
      endpoint: 'chat',
      dialect: 'openai-chat',
      workspace: 'main',
      requestedModel: 'fast',
      tags: {},
      isStream: false,
      outcome: 'answered',
      status: 200,
      lane: 'pass-through',
      usage: { input: { total: round }, output: { total: at } },
      cost: { status: 'priced', nanoDollars: round },
      durationMs: 1,
      overheadMs: 1,
      losses: [],
      attempts: [],
    });
  }
  await issuer.flush();
  if (issuer.waiting === 0) console.log(1 + (round % 300));
  await systemClock.sleep(1);
}
