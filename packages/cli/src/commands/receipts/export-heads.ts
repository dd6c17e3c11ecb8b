/** `keelson receipts heads export`: the newest head of each log with its hash, to be published as an anchor. */
import { resolve } from 'node:path';
import { headHash, KeelsonError } from '@keelson/core';
import { nodeCrypto } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { withReceipts } from '../../subject/receipts/open-receipts.ts';
import { anchorFormat } from '../../subject/receipts/read-anchors.ts';
import { writeFileWhole } from '../../subject/receipts/write-file.ts';
import { now } from '../../subject/writing.ts';

export const run: Run = async (input, surroundings) => {
  const heads = await withReceipts(input, surroundings, (source) => source.heads({ isLatest: true }));
  if (heads.length === 0) {
    throw new KeelsonError('not_found', 'There are no heads yet.', {
      hint: 'The first receipt makes the first one.',
    });
  }
  const anchors = heads.map((head) => ({
    log: head.log,
    seq: head.seq,
    hash: headHash(nodeCrypto.sha256, head),
    head,
  }));
  const data = asJson({ format: anchorFormat, version: 1, made_at: now(), anchors });
  const text = `${JSON.stringify(data, null, 2)}\n`;
  const output = input.text('output');
  if (output === undefined) return { data, text: () => text };
  const path = resolve(surroundings.folder, output);
  await writeFileWhole(path, [text], surroundings);
  return { data, text: () => `The heads of ${heads.length} logs are in ${path}.\n` };
};
