// Who asks by LLMRing's rules: the key of a project, in the header `X-Project-Key`, and what it may do in its own project.
import { KeelsonError } from '@keelson/core';
import type { FastifyRequest } from 'fastify';
import { can, grantsOfKey, type Permission } from '../../access/index.ts';
import type { KeyRing } from '../../auth/index.ts';
import { callerAddress, type TrustedProxies } from '../../http/index.ts';

export const projectKeyHeader = 'x-project-key';

export interface ProjectCaller {
  readonly keyId: string;
  readonly workspace: string;
  readonly organisation: string;
  readonly address: string;
}

export interface CallerDeps {
  readonly ring: KeyRing;
  readonly proxies: TrustedProxies;
}

/** Throws `authentication_failed` and `permission_denied`. */
export function projectCaller(
  request: FastifyRequest,
  permission: Permission,
  { ring, proxies }: CallerDeps,
): ProjectCaller {
  const shown = request.headers[projectKeyHeader];
  const address = callerAddress(request.raw, proxies);
  if (typeof shown !== 'string' || shown === '')
    throw new KeelsonError('authentication_failed', 'The request has no `X-Project-Key`.', {
      hint: 'Send the key of a project in the header X-Project-Key.',
    });
  const identity = ring.identify(shown, address);
  const { keyId, workspace, organisation = 'default' } = identity;
  const place = { organisation, workspace };
  if (!can(grantsOfKey({ ...identity, ...place }), permission, place))
    throw new KeelsonError('permission_denied', `The key may not do \`${permission}\`.`, {
      hint: 'Ask for a key with the role `project`.',
    });
  return { keyId, ...place, address };
}
