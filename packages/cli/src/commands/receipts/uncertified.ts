/** `keelson receipts uncertified`: which receipts no statement covers yet. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { renderReceiptList } from '../../subject/receipts/render-receipt-list.ts';

const usualLimit = 50;

export const run: Run = async (input, surroundings) => {
  const [workspace, organisation] = [input.text('workspace'), input.text('organisation')];
  const wish = {
    limit: input.number('limit') ?? usualLimit,
    ...(workspace !== undefined && { workspace }),
    ...(organisation !== undefined && { organisation }),
  };
  const { receipts, total } = await withReceipts(input, surroundings, (source) => source.uncertified(wish));
  return {
    data: asJson({ total, receipts }),
    text: (look) => {
      if (total === 0) return 'Every receipt is covered by a statement.\n';
      const list = receipts.length === 0 ? '' : renderReceiptList(receipts, look);
      return `${list}${total} in all are covered by no statement.\n`;
    },
  };
};
