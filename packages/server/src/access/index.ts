// What a caller may do: roles, scopes, tenancy, as one table. Who the caller is belongs to auth.
export { checkScope } from './check-scope.ts';
export {
  can,
  type Grant,
  grantsOfKey,
  isPermission,
  type Permission,
  permissions,
  type RoleName,
  reaches,
  roles,
  type Scope,
} from './permissions.ts';
