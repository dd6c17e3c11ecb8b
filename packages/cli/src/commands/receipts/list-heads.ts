/** `keelson receipts heads list`: the signed heads, the newest of each log or all. */
import { headHash } from '@keelson/core';
import { nodeCrypto } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { renderTable } from '../../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const isLatest = !input.isOn('all');
  const heads = await withReceipts(input, surroundings, (source) => source.heads({ isLatest }));
  return {
    data: asJson(heads),
    text: (look) => {
      if (heads.length === 0) return 'There are no heads yet.\n';
      const columns = [
        { title: 'LOG' },
        { title: 'BATCH', isNumber: true },
        { title: 'CLOSED AT' },
        { title: 'HASH' },
      ];
      const rows = heads.map((head) => [
        head.log,
        String(head.seq),
        new Date(head.last_at).toISOString(),
        headHash(nodeCrypto.sha256, head),
      ]);
      return renderTable(columns, rows, look);
    },
  };
};
