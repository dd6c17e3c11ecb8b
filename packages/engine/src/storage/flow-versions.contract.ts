/** What every storage does with flows that workspaces keep; a part of the contract of storage. */
import { describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import type { FlowVersion } from './flow-versions.ts';
import type { Storage } from './open-storage.ts';

const make = (name: string, version: string, more: Partial<FlowVersion> = {}): FlowVersion => ({
  ...{
    workspace: 'flowing',
    name,
    version,
    text: `flow: ${name} # ${version} '"`,
    takes: 'text',
    uses: { other: 'v9' },
  },
  ...{ createdAt: noon, createdBy: 'key_1', description: 'What it does.' },
  ...more,
});

export function describeFlowVersions(storageNow: () => Storage): void {
  describe('kept flows', () => {
    it('are given back as they were put, the newest unless a version is named', async () => {
      const { flowVersions } = storageNow();
      const first = make('answers', 'a');
      expect(await flowVersions.put(first)).toBe(true);
      expect(await flowVersions.put(first)).toBe(false);
      expect(await flowVersions.put(make('answers', 'b'))).toBe(true);
      expect(await flowVersions.find('flowing', 'answers')).toEqual(make('answers', 'b'));
      expect(await flowVersions.find('flowing', 'answers', 'a')).toEqual(first);
      expect(await flowVersions.find('flowing', 'answers', 'c')).toBeUndefined();
      expect(await flowVersions.find('elsewhere', 'answers')).toBeUndefined();
      // Back to what it was before.
      expect(await flowVersions.put(first)).toBe(true);
      expect((await flowVersions.find('flowing', 'answers'))?.version).toBe('a');
    });

    it('are put once by many at the same time', async () => {
      const { flowVersions } = storageNow();
      const changed = await Promise.all([1, 2, 3].map(() => flowVersions.put(make('shared', 'a'))));
      expect(changed.filter(Boolean)).toHaveLength(1);
    });

    it('are listed by name in pages, and found by version after they are removed', async () => {
      const { flowVersions } = storageNow();
      const workspace = 'listed flows';
      for (const name of ['c', 'a', 'b']) await flowVersions.put(make(name, '1', { workspace }));
      await flowVersions.put(make('a', '2', { workspace }));
      const names = async (after?: string) =>
        (await flowVersions.list({ workspace, limit: 2, ...(after !== undefined && { after }) })).map(
          ({ name, version }) => name + version,
        );
      expect(await names()).toEqual(['a2', 'b1']);
      expect(await names('b')).toEqual(['c1']);
      expect(await flowVersions.remove(workspace, 'b')).toBe(true);
      expect(await flowVersions.remove(workspace, 'b')).toBe(false);
      expect(await names()).toEqual(['a2', 'c1']);
      expect(await flowVersions.find(workspace, 'b')).toBeUndefined();
      expect(await flowVersions.find(workspace, 'b', '1')).toMatchObject({ name: 'b' });
    });
  });
}
