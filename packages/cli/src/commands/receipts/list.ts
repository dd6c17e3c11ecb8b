/** `keelson receipts list`: which receipts there are, the newest first. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { readRange } from '../../subject/receipts/read-times.ts';
import { renderReceiptList } from '../../subject/receipts/render-receipt-list.ts';

const usualLimit = 50;

export const run: Run = async (input, surroundings) => {
  const limit = input.number('limit') ?? usualLimit;
  const wish = { ...readRange(input), limit };
  const receipts = await withReceipts(input, surroundings, (source) => source.list(wish));
  const isFull = receipts.length === limit && limit > 0;
  return {
    data: asJson(receipts),
    text: (look) => renderReceiptList(receipts, look),
    notes: isFull ? [`These are the newest ${limit}; --limit shows more.`] : [],
  };
};
