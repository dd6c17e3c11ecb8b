/** `keelson keys show`: the public keys of receipts, as text, PEM or JSON Web Keys. */
import { resolve } from 'node:path';
import type { ReceiptKey } from '@keelson/core';
import { publicKeyForms } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { writeFileWhole } from '../../subject/receipts/write-file.ts';
import type { Look } from '../../terminal/look.ts';
import { renderTable } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const keys = await withReceipts(input, surroundings, (source) => source.keys());
  const data = asJson({ keys: keys.map((key) => ({ ...key, ...publicKeyForms(key) })) });
  const format = input.text('format') ?? 'text';
  const render = (look: Look): string => renderKeys(keys, format, look);
  const output = input.text('output');
  if (output === undefined) return { data, text: render };
  const path = resolve(surroundings.folder, output);
  const whole = format === 'text' ? `${JSON.stringify(data, null, 2)}\n` : renderKeys(keys, format);
  await writeFileWhole(path, [whole], surroundings);
  return { data, text: () => `${keys.length} public keys are in ${path}.\n` };
};

function renderKeys(keys: readonly ReceiptKey[], format: string, look?: Look): string {
  if (format === 'pem') return keys.map((key) => publicKeyForms(key).pem).join('');
  if (format === 'jwk') return `${JSON.stringify({ keys: keys.map(asJwk) }, null, 2)}\n`;
  if (keys.length === 0) return 'There are no keys yet; the first start of a gateway makes one.\n';
  const columns = [{ title: 'KEY' }, { title: 'VALID FROM' }, { title: 'VALID TO' }, { title: 'PUBLIC KEY' }];
  const rows = keys.map(({ key_id, public_key, valid_from, valid_to }) => [
    key_id,
    new Date(valid_from).toISOString(),
    valid_to === undefined ? '' : new Date(valid_to).toISOString(),
    public_key,
  ]);
  return look === undefined ? '' : renderTable(columns, rows, look);
}

const asJwk = (key: ReceiptKey) => ({
  ...publicKeyForms(key).jwk,
  valid_from: key.valid_from,
  ...(key.valid_to !== undefined && { valid_to: key.valid_to }),
});
