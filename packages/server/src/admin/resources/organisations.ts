// Organisations and the workspaces in them: made, renamed and archived. What was called in them keeps its name, so that none is ever removed.
import { KeelsonError } from '@keelson/core';
import type { Organisation, Storage, Workspace } from '@keelson/engine';
import {
  type AnyApiRoute,
  type ApiCall,
  object,
  optional,
  pageFields,
  pageOf,
  route,
  slicePage,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import { defined } from './defined.ts';
import { toOptionalTime, toTime } from './times.ts';

export interface TenantRoutesDeps {
  readonly storage: Pick<Storage, 'tenants'>;
  readonly now: () => number;
}

const chapter = 'Organisations and workspaces';
const id = text('What it is called in addresses and records; it never changes.', {
  least: 1,
  most: 63,
  pattern: '^[a-z0-9][a-z0-9._-]*$',
});
const name = text('What people call it.', { least: 1 });
const dates = {
  created_at: time('When it was made.'),
  created_by: optional(text('The key that made it.')),
  archived_at: optional(time('Since when nothing new is made in it.')),
};
const organisation = object({ id, name, ...dates });
const workspace = object({ id, name, organisation: text('Whose it is.'), ...dates });
const made = object({ id, name });
const renamed = object({ name });
const question = object(pageFields(['id', '-id']));

export function organisationRoutes(deps: TenantRoutesDeps): readonly AnyApiRoute[] {
  return [
    listOrganisations(deps),
    createOrganisation(deps),
    updateOrganisation(deps),
    archiveOrganisation(deps),
  ];
}

function listOrganisations({ storage: { tenants } }: TenantRoutesDeps): AnyApiRoute {
  return route({
    name: 'listOrganisations',
    method: 'GET',
    path: '/organisations',
    chapter,
    summary: 'Organisations that the key may see',
    permission: 'organisation:read',
    query: question,
    answer: pageOf('Organisations.', organisation),
    example: { query: { limit: 10 } },
    handle: async ({ query, caller }) => {
      const all = await tenants.organisations();
      const seen = all.filter((one) => caller.may('organisation:read', { organisation: one.id }));
      return { ...pageById(seen.map(showOrganisation), query) };
    },
  });
}

function createOrganisation({ storage: { tenants }, now }: TenantRoutesDeps): AnyApiRoute {
  return route({
    name: 'createOrganisation',
    method: 'POST',
    path: '/organisations',
    chapter,
    summary: 'Makes an organisation',
    permission: 'organisation:write',
    level: 'installation',
    body: made,
    answer: organisation,
    isMaking: true,
    action: 'organisations.create',
    example: { body: { id: 'acme', name: 'Acme' } },
    handle: async ({ body, caller }) => {
      const one = { ...body, createdAt: now(), createdBy: caller.keyId };
      await tenants.createOrganisation(one);
      return showOrganisation(one);
    },
  });
}

function updateOrganisation({ storage: { tenants } }: TenantRoutesDeps): AnyApiRoute {
  return route({
    name: 'updateOrganisation',
    method: 'PATCH',
    path: '/organisations/{id}',
    chapter,
    summary: 'Gives an organisation another name',
    permission: 'organisation:write',
    level: 'organisation',
    body: renamed,
    answer: organisation,
    action: 'organisations.update',
    example: { body: { name: 'Acme and Sons' } },
    handle: async (call) => {
      const found = await tenants.renameOrganisation(organisationIn(call), call.body.name);
      return showOrganisation(found ?? nothing('organisation', call.params.id));
    },
  });
}

function archiveOrganisation({ storage: { tenants }, now }: TenantRoutesDeps): AnyApiRoute {
  return route({
    name: 'archiveOrganisation',
    method: 'POST',
    path: '/organisations/{id}/archive',
    chapter,
    summary: 'Ends an organisation whose workspaces are all archived',
    permission: 'organisation:write',
    level: 'installation',
    answer: organisation,
    action: 'organisations.archive',
    example: {},
    handle: async ({ params }) => {
      const found = await tenants.archiveOrganisation(params.id ?? '', now());
      return showOrganisation(found ?? nothing('organisation', params.id));
    },
  });
}

export function workspaceRoutes(deps: TenantRoutesDeps): readonly AnyApiRoute[] {
  return [listWorkspaces(deps), createWorkspace(deps), updateWorkspace(deps), archiveWorkspace(deps)];
}

function listWorkspaces({ storage: { tenants } }: TenantRoutesDeps): AnyApiRoute {
  return route({
    name: 'listWorkspaces',
    method: 'GET',
    path: '/workspaces',
    chapter,
    summary: 'Workspaces of an organisation that the key may see',
    permission: 'workspaces:read',
    query: question,
    answer: pageOf('Workspaces.', workspace),
    example: { query: { limit: 10 } },
    handle: async ({ query, where }) => {
      const all = await tenants.workspaces(where.organisation);
      const seen = all.filter((one) => where.workspace === undefined || one.id === where.workspace);
      return pageById(seen.map(showWorkspace), query);
    },
  });
}

function createWorkspace({ storage: { tenants }, now }: TenantRoutesDeps): AnyApiRoute {
  return route({
    name: 'createWorkspace',
    method: 'POST',
    path: '/workspaces',
    chapter,
    summary: 'Makes a workspace',
    description: 'Its id is the only one of its kind in the whole installation.',
    permission: 'workspaces:write',
    level: 'organisation',
    body: made,
    answer: workspace,
    isMaking: true,
    action: 'workspaces.create',
    example: { body: { id: 'research', name: 'Research' } },
    handle: async ({ body, where, caller }) => {
      const { organisation: owner } = where;
      const one = { ...body, organisation: owner, createdAt: now(), createdBy: caller.keyId };
      await tenants.createWorkspace(one);
      return showWorkspace(one);
    },
  });
}

function updateWorkspace({ storage: { tenants } }: TenantRoutesDeps): AnyApiRoute {
  return route({
    name: 'updateWorkspace',
    method: 'PATCH',
    path: '/workspaces/{id}',
    chapter,
    summary: 'Gives a workspace another name',
    permission: 'workspaces:write',
    body: renamed,
    answer: workspace,
    action: 'workspaces.update',
    example: { body: { name: 'Research and development' } },
    handle: async (call) => {
      const { id: found } = await findWorkspace(call, tenants);
      const changed = await tenants.renameWorkspace(found, call.body.name);
      return showWorkspace(changed ?? nothing('workspace', found));
    },
  });
}

function archiveWorkspace({ storage: { tenants }, now }: TenantRoutesDeps): AnyApiRoute {
  return route({
    name: 'archiveWorkspace',
    method: 'POST',
    path: '/workspaces/{id}/archive',
    chapter,
    summary: 'Ends a workspace whose keys are all revoked',
    permission: 'workspaces:write',
    level: 'organisation',
    answer: workspace,
    action: 'workspaces.archive',
    example: {},
    handle: async (call) => {
      const { id: found } = await findWorkspace(call, tenants);
      const archived = await tenants.archiveWorkspace(found, now());
      return showWorkspace(archived ?? nothing('workspace', found));
    },
  });
}

type Asked = Pick<ApiCall<unknown, unknown>, 'params' | 'where' | 'caller'>;

/** One may change another organisation than one's own only where one may do so there. */
function organisationIn({ params, where, caller }: Asked): string {
  const { id: asked = '' } = params;
  const isAllowed = asked === where.organisation || caller.may('organisation:write', { organisation: asked });
  return isAllowed ? asked : nothing('organisation', asked);
}

async function findWorkspace({ params, where }: Asked, tenants: Storage['tenants']): Promise<Workspace> {
  const { id: asked = '' } = params;
  const found = await tenants.findWorkspace(asked);
  const isThere =
    found?.organisation === where.organisation &&
    (where.workspace === undefined || where.workspace === found.id);
  return isThere ? found : nothing('workspace', asked);
}

function nothing(what: string, asked = ''): never {
  throw new KeelsonError('not_found', `There is no ${what} \`${asked.slice(0, 64)}\`.`);
}

function pageById<One extends { readonly id: string }>(all: readonly One[], asked: ValueOf<typeof question>) {
  const { sort, ...place } = asked;
  return slicePage(all, { ...defined(place), isDescending: sort === '-id' }, (one) => [one.id, '']);
}

function showOrganisation({ createdAt, createdBy, archivedAt, ...rest }: Organisation) {
  return {
    id: rest.id,
    name: rest.name,
    created_at: toTime(createdAt),
    created_by: createdBy,
    archived_at: toOptionalTime(archivedAt),
  };
}

function showWorkspace({ organisation: owner, ...rest }: Workspace) {
  return { ...showOrganisation(rest), organisation: owner };
}
