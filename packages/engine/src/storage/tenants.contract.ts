/** What every storage does with organisations and workspaces; a part of the contract of storage. */
import { describe, expect, it } from 'vitest';
import { noon } from './__fixtures__/call-records.ts';
import type { Storage } from './open-storage.ts';

const conflict = { code: 'conflict' };

export function describeTenants(storageNow: () => Storage): void {
  describe('organisations and workspaces', () => {
    const north = { id: 'north', name: 'North \u2028 Ltd', createdAt: noon, createdBy: 'key_1' };
    const south = { id: 'south', name: 'South', createdAt: noon + 1 };
    const lab = { id: 'lab', organisation: 'north', name: 'Lab', createdAt: noon, createdBy: 'key_1' };
    const shop = { id: 'shop', organisation: 'south', name: 'Shop', createdAt: noon };

    it('begin with one of each', async () => {
      const { tenants } = storageNow();
      const first = { id: 'default', name: 'default', createdAt: 0 };
      expect(await tenants.organisations()).toEqual([first]);
      expect(await tenants.workspaces()).toEqual([{ ...first, organisation: 'default' }]);
    });

    it('are made, found and listed', async () => {
      const { tenants } = storageNow();
      await tenants.createOrganisation(north);
      await tenants.createOrganisation(south);
      await tenants.createWorkspace(lab);
      await tenants.createWorkspace(shop);
      expect(await tenants.findOrganisation('north')).toEqual(north);
      expect(await tenants.findOrganisation('nowhere')).toBeUndefined();
      expect((await tenants.organisations()).slice(1)).toEqual([north, south]);
      expect(await tenants.findWorkspace('lab')).toEqual(lab);
      expect(await tenants.findWorkspace('nowhere')).toBeUndefined();
      expect((await tenants.workspaces()).map(({ id }) => id)).toEqual(['default', 'lab', 'shop']);
      expect(await tenants.workspaces('south')).toEqual([shop]);
    });

    it('cannot be made twice, and a workspace not in two organisations', async () => {
      const { tenants } = storageNow();
      await expect(tenants.createOrganisation({ ...south, id: 'north' })).rejects.toMatchObject(conflict);
      const elsewhere = { ...shop, id: 'lab' };
      await expect(tenants.createWorkspace(elsewhere)).rejects.toMatchObject(conflict);
      expect(await tenants.findWorkspace('lab')).toEqual(lab);
      await expect(tenants.createWorkspace({ ...lab, id: 'x', organisation: 'x' })).rejects.toMatchObject({
        code: 'not_found',
      });
    });

    it('are renamed', async () => {
      const { tenants } = storageNow();
      expect(await tenants.renameOrganisation('north', 'Up')).toEqual({ ...north, name: 'Up' });
      expect(await tenants.renameWorkspace('lab', 'Bench')).toEqual({ ...lab, name: 'Bench' });
      expect(await tenants.findWorkspace('lab')).toEqual({ ...lab, name: 'Bench' });
      expect(await tenants.renameOrganisation('nowhere', 'x')).toBeUndefined();
      expect(await tenants.renameWorkspace('nowhere', 'x')).toBeUndefined();
    });

    it('are archived when nothing in them is used any more', async () => {
      const { tenants, keys } = storageNow();
      const key = { organisation: 'north', workspace: 'lab', name: 'k', prefix: 'ks', createdAt: noon };
      await keys.insert({ ...key, id: 'lab_1', secretSha256: 'lab1' });
      await keys.insert({ ...key, id: 'lab_2', secretSha256: 'lab2', expiresAt: noon + 5 });
      const archive = (at: number) => tenants.archiveWorkspace('lab', at);
      await expect(archive(noon + 4)).rejects.toMatchObject({
        ...conflict,
        message: expect.stringContaining(' 2 keys'),
      });
      await expect(archive(noon + 5)).rejects.toMatchObject({
        ...conflict,
        message: expect.stringContaining(' 1 key '),
      });
      const open = { ...conflict, message: expect.stringContaining(' 1 workspace ') };
      await expect(tenants.archiveOrganisation('north', noon)).rejects.toMatchObject(open);
      expect((await tenants.findOrganisation('north'))?.archivedAt).toBeUndefined();
      expect((await tenants.findWorkspace('lab'))?.archivedAt).toBeUndefined();
      await keys.revoke('lab_1', noon + 6);
      expect(await archive(noon + 7)).toMatchObject({ id: 'lab', archivedAt: noon + 7 });
      expect(await archive(noon + 9)).toMatchObject({ archivedAt: noon + 7 });
      expect(await tenants.archiveOrganisation('north', noon + 8)).toMatchObject({ archivedAt: noon + 8 });
      expect(await tenants.archiveOrganisation('nowhere', noon)).toBeUndefined();
      expect(await tenants.archiveWorkspace('nowhere', noon)).toBeUndefined();
      await expect(tenants.createWorkspace({ ...lab, id: 'late' })).rejects.toMatchObject(conflict);
    });
  });
}
