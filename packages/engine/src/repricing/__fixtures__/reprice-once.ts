/**
 * Re-prices, or goes on with what another process left, and says each step: `reprice-once.ts KIND PLACE FOLDER [ID]`. It is
 * meant to be killed.
 */
import { createReceiptIssuer, holdSigningKey } from '../../receipts/index.ts';
import { openStorage, type Repricings, type StorageTarget } from '../../storage/index.ts';
import { type RepricingParts, reprice, resumeRepricing } from '../index.ts';
import { corrected, deps, newId, period, pricesOf } from './repricing-calls.ts';

const [kind, place = '', folder = '', id] = process.argv.slice(2);
const target: StorageTarget = kind === 'sqlite' ? { kind, path: place } : { kind: 'postgres', url: place };
const opened = await openStorage(target, deps);
const step: Repricings['step'] = async (...asked) => {
  const last = await opened.repricings.step(...asked);
  console.log('step');
  return last;
};
const storage = { ...opened, repricings: { ...opened.repricings, step } };
const keys = await holdSigningKey({ folder, storage: storage.receipts, ...deps });
const receipts = createReceiptIssuer({ storage: storage.receipts, keys, newId, ...deps });
const clock = { ...deps.clock, now: () => period.to };
const parts: RepricingParts = { storage, receipts, newId, prices: pricesOf(corrected), stepSize: 2, ...deps, clock };
const { changed, receipts: issued } =
  id === undefined
    ? await reprice({ ...period, apply: true, by: 'ada', reason: 'A price was wrong.' }, parts)
    : await resumeRepricing(id, parts);
console.log(JSON.stringify({ changed, issued }));
await receipts.close();
await opened.close();
