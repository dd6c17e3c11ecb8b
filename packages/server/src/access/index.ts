// What a caller may do will live here: roles, scopes, tenancy. Who the caller is belongs to auth.

export {};
