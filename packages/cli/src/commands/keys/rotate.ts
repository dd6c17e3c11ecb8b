/** `keelson keys rotate`: a new key in place of the one that signs receipts, whose period ends a little later. */
import { receiptKeysFromEnvironment, silentLog, systemClock } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { UsageError } from '../../line/usage-error.ts';
import { findReceiptDatabase, openReceiptStorage } from '../../subject/receipts/local-receipts.ts';
import { renderFacts } from '../../terminal/table.ts';

const leastOverlapSeconds = 30;
const usualOverlapSeconds = 60;

export const run: Run = async (input, surroundings) => {
  const overlap = input.number('overlap') ?? usualOverlapSeconds;
  if (overlap < leastOverlapSeconds) {
    throw new UsageError(`\`--overlap\` cannot be \`${overlap}\`.`, {
      hint: `Gateways take up the new key within ten seconds: write ${leastOverlapSeconds} or more.`,
    });
  }
  const database = await findReceiptDatabase(input, surroundings);
  const storage = await openReceiptStorage(database);
  try {
    const { receipts } = storage;
    const deps = { folder: database.folder, storage: receipts, clock: systemClock, log: silentLog };
    const holder = await receiptKeysFromEnvironment(database.environment, deps);
    const old = holder.current().key.keyId;
    const made = await holder.rotate(overlap * 1000);
    const ended = (await receipts.listKeys()).find(({ key_id }) => key_id === old);
    const data = { key: made, before: ended ?? null, folder: database.folder };
    return {
      data: asJson(data),
      text: (look) =>
        renderFacts(
          [
            ['key id', made.key_id],
            ['public key', made.public_key],
            ['valid from', new Date(made.valid_from).toISOString()],
            ['before it', old],
            ['which ends', ended?.valid_to === undefined ? 'not' : new Date(ended.valid_to).toISOString()],
            ['kept in', database.folder],
          ],
          look,
        ),
    };
  } finally {
    await storage.close();
  }
};
