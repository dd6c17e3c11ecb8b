// Who asks: the caller's own key and what it may do where it stands. It needs no permission, because nobody else is told of.
import { KeelsonError } from '@keelson/core';
import type { Storage } from '@keelson/engine';
import { permissions } from '../../access/index.ts';
import { type AnyApiRoute, list, object, oneOf, route } from '../contract/index.ts';
import { keySchema, showKey } from './keys.ts';

export interface MeRoutesDeps {
  readonly storage: Pick<Storage, 'keys'>;
  now(): number;
}

const me = object({
  key: keySchema,
  permissions: list('What it may do in its workspace.', oneOf('A permission.', permissions)),
});

export function meRoutes({ storage, now }: MeRoutesDeps): readonly AnyApiRoute[] {
  return [
    route({
      name: 'getMe',
      method: 'GET',
      path: '/me',
      chapter: 'Keys',
      summary: 'The key that asks, and what it may do',
      answer: me,
      example: {},
      handle: async ({ caller, where }) => {
        const found = await storage.keys.find(caller.keyId);
        if (found === undefined) throw new KeelsonError('not_found', 'The key that asks is not stored.');
        const may = permissions.filter((permission) => caller.may(permission, where));
        return { key: showKey(found, now()), permissions: may };
      },
    }),
  ];
}
