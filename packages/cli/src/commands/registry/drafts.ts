/** `keelson registry drafts`: which drafts wait, and whether somebody has approved them. */
import { listDrafts, readApproval, reviewDraftFile } from '@keelson/engine';
import { asJson } from '../../line/as-json.ts';
import type { Run } from '../../line/command-spec.ts';
import { registryFolder } from '../../subject/registry-folder.ts';
import { renderTable } from '../../terminal/table.ts';

const columns = [
  { title: 'PROVIDER' },
  { title: 'OF VERSION', isNumber: true },
  { title: 'CHANGES', isNumber: true },
  { title: 'APPROVED' },
];

interface WaitingDraft {
  readonly provider: string;
  readonly baseVersion: number;
  readonly changes: number;
  /** `holds`: of what the draft would change now. */
  readonly approval?: { readonly by: string; readonly on: string; readonly holds: boolean };
}

export const run: Run = async (input, surroundings) => {
  const place = registryFolder(input, surroundings);
  const drafts: WaitingDraft[] = [];
  for (const provider of await listDrafts(place)) {
    const { baseVersion, models, digest } = await reviewDraftFile(place, provider);
    const approval = await readApproval(place, provider);
    const holds = approval?.review === digest;
    drafts.push({
      provider,
      baseVersion,
      changes: models.length,
      ...(approval !== undefined && { approval: { by: approval.by, on: approval.on, holds } }),
    });
  }
  return {
    data: asJson(drafts),
    text: (look) =>
      drafts.length === 0
        ? `No draft waits in ${place.folder}.\n`
        : renderTable(
            columns,
            drafts.map(({ provider, baseVersion, changes, approval }) => [
              provider,
              String(baseVersion),
              String(changes),
              tellApproval(approval),
            ]),
            look,
          ),
  };
};

function tellApproval(approval: WaitingDraft['approval']): string {
  if (approval === undefined) return 'no';
  const { by, on, holds } = approval;
  return `by ${by} on ${on}${holds ? '' : ', and changed since'}`;
}
