// Whose a budget is: the organisation, or the workspace of it, that it binds. What binds tags, models, teams or users binds those
// of everybody, and belongs to whoever runs the installation.
import { KeelsonError } from '@keelson/core';
import type { Budget, KeptBudget, Limits, Storage } from '@keelson/engine';
import type { Permission, Scope } from '../../access/index.ts';
import type { ApiCall } from '../contract/index.ts';

export type BudgetStorage = Pick<Storage, 'tenants' | 'keys'>;
type Asked = Pick<ApiCall<unknown, unknown>, 'where' | 'caller'>;
type Bound = Pick<Budget, 'scope' | 'subject'>;

/** Undefined for the installation's, here and below. */
type PlaceOf = (budget: Bound) => Scope | undefined;

/** Those that whoever asks may know of, out of all of them. */
export async function budgetsFor(
  { where, caller }: Asked,
  { limits, storage }: { readonly limits: Limits; readonly storage: BudgetStorage },
): Promise<readonly KeptBudget[]> {
  const all = await limits.list();
  const placeOf = await readPlaces(
    all.map(({ budget }) => budget),
    storage,
  );
  return all.filter(({ budget }) => isThere(placeOf(budget), { where, caller }, 'budgets:read'));
}

/** What stands elsewhere is not told apart from what is not there. */
export async function findBudget(
  { params, where, caller }: Asked & Pick<ApiCall<unknown, unknown>, 'params'>,
  { limits, storage }: { readonly limits: Limits; readonly storage: BudgetStorage },
  permission: Permission,
): Promise<KeptBudget> {
  const { id = '' } = params;
  const found = await limits.find(id);
  if (found !== undefined && found.removedAt === undefined) {
    const placeOf = await readPlaces([found.budget], storage);
    if (isThere(placeOf(found.budget), { where, caller }, permission)) return found;
  }
  throw new KeelsonError('not_found', `There is no budget \`${id.slice(0, 100)}\`.`);
}

/** Throws where whoever asks may not bind this, or what was spent under the same id is somebody else's. */
export async function checkSubject(
  budget: Bound & { readonly id: string },
  { where, caller }: Asked,
  { limits, storage }: { readonly limits: Limits; readonly storage: BudgetStorage },
): Promise<void> {
  const before = await limits.find(budget.id);
  const both = before === undefined ? [budget] : [budget, before.budget];
  const placeOf = await readPlaces(both, storage);
  const place = placeOf(budget);
  const isUnknown = place === undefined && (budget.scope === 'workspace' || budget.scope === 'key');
  if (isUnknown || !isThere(place, { where, caller }, 'budgets:write'))
    throw refuseSubject(budget, place, { where });
  if (place?.workspace === undefined && budget.scope === 'organisation')
    await checkOrganisation(budget, storage);
  if (before === undefined || isThere(placeOf(before.budget), { where, caller }, 'budgets:write')) return;
  throw new KeelsonError('conflict', `The id \`${budget.id}\` is taken.`, {
    hint: 'Choose another; an id is the only one of its kind in the whole installation.',
    details: { field: 'body.id' },
  });
}

async function readPlaces(budgets: readonly Bound[], { tenants, keys }: BudgetStorage): Promise<PlaceOf> {
  const subjectsOf = (scope: Bound['scope']): string[] =>
    budgets.filter((budget) => budget.scope === scope).map(({ subject }) => subject);
  const hasWorkspaces = subjectsOf('workspace').length > 0;
  const workspaces = hasWorkspaces ? await tenants.workspaces() : [];
  const places = new Map<string, Scope>(
    workspaces.map(({ id, organisation }) => [id, { organisation, workspace: id }]),
  );
  const ofKeys = await keys.placesOf([...new Set(subjectsOf('key'))]);
  return ({ scope, subject }) => {
    if (scope === 'organisation') return { organisation: subject };
    if (scope === 'workspace') return places.get(subject);
    return scope === 'key' ? ofKeys.get(subject) : undefined;
  };
}

function isThere(place: Scope | undefined, { where, caller }: Asked, permission: Permission): boolean {
  if (place === undefined) {
    const isAtHome = where.organisation === caller.organisation && where.workspace === undefined;
    // No organisation has this name: only a grant for all of the installation holds there.
    return isAtHome && caller.may(permission, { organisation: '' });
  }
  if (place.organisation !== where.organisation) return false;
  return where.workspace === undefined || place.workspace === where.workspace;
}

function refuseSubject(
  { scope, subject }: Bound,
  place: Scope | undefined,
  { where }: Pick<Asked, 'where'>,
): KeelsonError {
  const details = { field: 'body.subject' };
  if (scope === 'organisation' && place?.organisation === where.organisation) {
    return new KeelsonError('permission_denied', 'The key may not bind the whole organisation by a budget.', {
      hint: 'Bind the workspace, or ask whoever manages the organisation.',
      details,
    });
  }
  if (place === undefined && scope !== 'workspace' && scope !== 'key') {
    return new KeelsonError('permission_denied', `A budget of a ${scope} binds every organisation.`, {
      hint: 'It is for whoever runs the installation, in their own organisation and without naming a workspace.',
      details: { field: 'body.scope' },
    });
  }
  return new KeelsonError('not_found', `There is no ${scope} \`${subject.slice(0, 64)}\` there.`, {
    hint: 'Name one of the organisation or the workspace that the question is put to.',
    details,
  });
}

async function checkOrganisation({ subject }: Bound, { tenants }: BudgetStorage): Promise<void> {
  if ((await tenants.findOrganisation(subject)) !== undefined) return;
  throw new KeelsonError('not_found', `There is no organisation \`${subject.slice(0, 64)}\`.`, {
    details: { field: 'body.subject' },
  });
}
