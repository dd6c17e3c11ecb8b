/** `keelson receipts preview`: what a statement over many receipts would say. */
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { readMaking } from '../../subject/receipts/read-making.ts';
import { renderStatement } from '../../subject/receipts/render-receipt-list.ts';

export const run: Run = async (input, surroundings) => {
  const wish = readMaking(input);
  const draft = await withReceipts(input, surroundings, (source) => source.draft(wish));
  return {
    data: asJson(draft),
    text: (look) => renderStatement(draft, look),
    notes: ['Nothing was made; `keelson receipts issue` does.'],
  };
};
