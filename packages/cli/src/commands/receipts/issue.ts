/** `keelson receipts issue`: makes a statement over many receipts. */
import { KeelsonError } from '@keelson/core';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { readMaking } from '../../subject/receipts/read-making.ts';
import { renderStatement } from '../../subject/receipts/render-receipt-list.ts';

export const run: Run = async (input, surroundings) => {
  const wish = readMaking(input);
  const proof = await withReceipts(input, surroundings, (source) => source.issue(wish));
  const { receipt } = proof;
  if (receipt.kind !== 'batch') throw new KeelsonError('invalid_response', 'What was made is no statement.');
  return { data: asJson(proof), text: (look) => renderStatement(receipt, look) };
};
