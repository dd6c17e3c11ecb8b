// What a caller may do: roles, scopes, tenancy, as one table. Who the caller is belongs to auth.
export { checkScope } from './check-scope.ts';
export {
  can,
  type Grant,
  grantsOfKey,
  isPermission,
  permissions,
  type RoleName,
  roles,
} from './permissions.ts';
