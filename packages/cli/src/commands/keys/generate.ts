/** `keelson keys generate`: a new key to sign receipts with, in a file that only its owner can read. */
import { join, resolve } from 'node:path';
import { KeelsonError } from '@keelson/core';
import { findSigningKeyFile, writeSigningKey } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run, Surroundings } from '../../line/command-spec.ts';
import type { Input } from '../../line/input.ts';
import { findReceiptFolder } from '../../subject/receipts/local-receipts.ts';
import { renderFacts } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const path = await choosePath(input, surroundings);
  const { keyId, publicKey } = writeSigningKey(path);
  const isOutside = input.text('output') !== undefined;
  return {
    data: asJson({ path, key_id: keyId, public_key: publicKey }),
    text: (look) =>
      renderFacts(
        [
          ['private key', path],
          ['key id', keyId],
          ['public key', publicKey],
        ],
        look,
      ),
    notes: [
      isOutside
        ? `Set KEELSON_RECEIPT_KEY to where it is kept, such as file:${path}, and start the gateway again.`
        : 'The next start of the gateway signs with it.',
    ],
  };
};

async function choosePath(input: Input, surroundings: Surroundings): Promise<string> {
  const output = input.text('output');
  if (output !== undefined) return resolve(surroundings.folder, output);
  const folder = await dataFolderOf(input, surroundings);
  const there = findSigningKeyFile(folder);
  if (there === undefined) return join(folder, 'receipt-key.pem');
  throw new KeelsonError('conflict', `There is a key already: \`${there}\`.`, {
    hint: '`keelson keys rotate` puts a new one in its place; --output makes one elsewhere.',
  });
}

function dataFolderOf(input: Input, surroundings: Surroundings): Promise<string> {
  return findReceiptFolder(input.text('data'), surroundings);
}
