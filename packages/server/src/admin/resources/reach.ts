// In which workspaces a question may look. Calls, usage and receipts know only their workspace, so that an organisation is looked up as
// the list of its workspaces.
import type { Storage } from '@keelson/engine';
import type { ApiCall } from '../contract/index.ts';

/** Those of the organisation that was asked for, archived ones too; none for a workspace of another one. */
export async function workspacesOf(
  { where, caller }: Pick<ApiCall<unknown, unknown>, 'where' | 'caller'>,
  { tenants }: Pick<Storage, 'tenants'>,
): Promise<readonly string[]> {
  const { organisation, workspace } = where;
  if (workspace === undefined) return (await tenants.workspaces(organisation)).map(({ id }) => id);
  if (workspace === caller.workspace && organisation === caller.organisation) return [workspace];
  const found = await tenants.findWorkspace(workspace);
  return found?.organisation === organisation ? [workspace] : [];
}
