/** `keelson receipts show`: one receipt, with all that proves it. */
import { KeelsonError, type Receipt, type ReceiptProof } from '@keelson/core';
import { receiptIdOf } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { renderStatement } from '../../subject/receipts/render-receipt-list.ts';
import type { Look } from '../../terminal/look.ts';
import { renderFacts } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const named = input.word(0);
  const id = named.startsWith('rcpt_') ? named : receiptIdOf(named);
  const proof = await withReceipts(input, surroundings, (source) => source.find(id));
  if (proof === undefined) {
    throw new KeelsonError('not_found', `There is no receipt \`${id.slice(0, 64)}\`.`, {
      hint: '`keelson receipts list` shows those that there are.',
    });
  }
  return { data: asJson(proof), text: (look) => renderProof(proof, look) };
};

function renderProof({ receipt, path, head }: ReceiptProof, look: Look): string {
  const proven: [string, string][] = [
    ['log', head.log],
    ['batch', `${head.seq}, place ${path.index} of ${head.count}`],
    ['closed at', new Date(head.last_at).toISOString()],
    ['signed by', head.key_id],
  ];
  const own = receipt.kind === 'batch' ? renderStatement(receipt, look) : renderFacts(factsOf(receipt), look);
  return `${own}\n${renderFacts(proven, look)}`;
}

/** Fields as they are in the receipt; those of fields by their paths. */
function factsOf(receipt: Receipt): [string, string][] {
  return Object.entries(receipt).flatMap(([name, value]) => factOf(name, value));
}

function factOf(name: string, value: unknown): [string, string][] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  if (Array.isArray(value)) return value.map((each, at) => [`${name}[${at}]`, textOf(each)]);
  return Object.entries(value).flatMap(([field, inner]) => factOf(`${name}.${field}`, inner));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
