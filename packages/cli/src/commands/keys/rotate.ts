/** `keelson keys rotate`: a new key in place of the one that signs receipts, whose period ends a little later. */
import { rotateReceiptKey, silentLog, systemClock } from '@keelson/engine';
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
    const { folder, environment } = database;
    const place = { folder, storage: storage.receipts, clock: systemClock, log: silentLog };
    const { made, before } = await rotateReceiptKey(environment, place, overlap * 1000);
    return {
      data: asJson({ key: made, before, folder }),
      text: (look) =>
        renderFacts(
          [
            ['key id', made.key_id],
            ['public key', made.public_key],
            ['valid from', new Date(made.valid_from).toISOString()],
            ['before it', before.key_id],
            ['which ends', before.valid_to === undefined ? 'not' : new Date(before.valid_to).toISOString()],
            ['kept in', folder],
          ],
          look,
        ),
    };
  } finally {
    await storage.close();
  }
};
