// The project that a question is about. A project is a workspace: its keys, its calls, what it shares and what it remembers.
import type { Storage } from '@keelson/engine';
import type { ApiCall } from '../contract/index.ts';
import { checkWorkspace } from './keys.ts';

/** The key's own where none is named. What is of another organisation, or archived, is not found. */
export async function projectOf(
  { where, caller }: Pick<ApiCall<unknown, unknown>, 'where' | 'caller'>,
  storage: Pick<Storage, 'tenants'>,
): Promise<string> {
  const { organisation, workspace = caller.workspace } = where;
  const isOwn = workspace === caller.workspace && organisation === caller.organisation;
  if (!isOwn) await checkWorkspace(storage, organisation, workspace);
  return workspace;
}
