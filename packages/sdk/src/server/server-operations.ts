/**
 * Operations of the management API, version 1, that `ServerClient` has. It is generated from the description of the API
 * (`npm run clients`); how they are sent is not its to say.
 */
import type { Reply } from '../reply.ts';

export interface GetMeQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetMeAnswer {
  readonly key: {
    /** What it is called in addresses and records. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** Whose it is. */
    readonly organisation: string;
    /** Where its calls are recorded. */
    readonly workspace: string;
    /** How it begins. */
    readonly prefix: string;
    /** Whether it is good. */
    readonly state: "active" | "revoked" | "expired";
    /** What it may do; in place of a role. */
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
    readonly profiles?: readonly (string)[];
    /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
    readonly addresses?: readonly (string)[];
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by?: string;
    /** From when on it is refused. */
    readonly expires_at?: string;
    /** Since when it is refused. */
    readonly revoked_at?: string;
    /** When it was last used, to some ten seconds. */
    readonly last_used_at?: string;
    /** The key in whose place it came. */
    readonly rotated_from?: string;
  };
  /** What it may do in its workspace. */
  readonly permissions: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
}

export interface ListKeysQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. created_at when left out. */
  readonly sort?: "created_at" | "-created_at";
  /** Only those that are so. */
  readonly state?: "active" | "revoked" | "expired";
  /** Only those with this in their name. */
  readonly search?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListKeysAnswer {
  /** Keys. */
  readonly data: readonly ({
    /** What it is called in addresses and records. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** Whose it is. */
    readonly organisation: string;
    /** Where its calls are recorded. */
    readonly workspace: string;
    /** How it begins. */
    readonly prefix: string;
    /** Whether it is good. */
    readonly state: "active" | "revoked" | "expired";
    /** What it may do; in place of a role. */
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
    readonly profiles?: readonly (string)[];
    /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
    readonly addresses?: readonly (string)[];
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by?: string;
    /** From when on it is refused. */
    readonly expires_at?: string;
    /** Since when it is refused. */
    readonly revoked_at?: string;
    /** When it was last used, to some ten seconds. */
    readonly last_used_at?: string;
    /** The key in whose place it came. */
    readonly rotated_from?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CreateKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CreateKeyBody {
  /** What people call it. */
  readonly name: string;
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** What it may do, by the name of a role; `caller` where there are no scopes. */
  readonly role?: "owner" | "admin" | "developer" | "analyst" | "billing" | "viewer" | "project" | "caller";
  /** How far it reaches; `workspace` when left out. */
  readonly reach?: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[];
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[];
  /** From when on it is refused; never when left out. */
  readonly expires_at?: string;
}

export interface CreateKeyAnswer {
  /** Shown now and never again. */
  readonly secret: string;
  readonly key: {
    /** What it is called in addresses and records. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** Whose it is. */
    readonly organisation: string;
    /** Where its calls are recorded. */
    readonly workspace: string;
    /** How it begins. */
    readonly prefix: string;
    /** Whether it is good. */
    readonly state: "active" | "revoked" | "expired";
    /** What it may do; in place of a role. */
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
    readonly profiles?: readonly (string)[];
    /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
    readonly addresses?: readonly (string)[];
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by?: string;
    /** From when on it is refused. */
    readonly expires_at?: string;
    /** Since when it is refused. */
    readonly revoked_at?: string;
    /** When it was last used, to some ten seconds. */
    readonly last_used_at?: string;
    /** The key in whose place it came. */
    readonly rotated_from?: string;
  };
}

export interface GetKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetKeyAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Whose it is. */
  readonly organisation: string;
  /** Where its calls are recorded. */
  readonly workspace: string;
  /** How it begins. */
  readonly prefix: string;
  /** Whether it is good. */
  readonly state: "active" | "revoked" | "expired";
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** The role, where it has no scopes. */
  readonly role?: string;
  /** How far it reaches. */
  readonly reach: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[];
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[];
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** From when on it is refused. */
  readonly expires_at?: string;
  /** Since when it is refused. */
  readonly revoked_at?: string;
  /** When it was last used, to some ten seconds. */
  readonly last_used_at?: string;
  /** The key in whose place it came. */
  readonly rotated_from?: string;
}

export interface UpdateKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UpdateKeyBody {
  /** What people call it. */
  readonly name?: string;
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[] | null;
  /** What it may do, by the name of a role; `caller` where there are no scopes. */
  readonly role?: "owner" | "admin" | "developer" | "analyst" | "billing" | "viewer" | "project" | "caller" | null;
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[] | null;
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[] | null;
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[] | null;
  /** From when on it is refused; null for never. */
  readonly expires_at?: string | null;
}

export interface UpdateKeyAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Whose it is. */
  readonly organisation: string;
  /** Where its calls are recorded. */
  readonly workspace: string;
  /** How it begins. */
  readonly prefix: string;
  /** Whether it is good. */
  readonly state: "active" | "revoked" | "expired";
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** The role, where it has no scopes. */
  readonly role?: string;
  /** How far it reaches. */
  readonly reach: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[];
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[];
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** From when on it is refused. */
  readonly expires_at?: string;
  /** Since when it is refused. */
  readonly revoked_at?: string;
  /** When it was last used, to some ten seconds. */
  readonly last_used_at?: string;
  /** The key in whose place it came. */
  readonly rotated_from?: string;
}

export interface RotateKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RotateKeyBody {
  /** How long both are good; a day when left out, 0 for at once. */
  readonly overlap_seconds?: number;
}

export interface RotateKeyAnswer {
  /** Shown now and never again. */
  readonly secret: string;
  readonly key: {
    /** What it is called in addresses and records. */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** Whose it is. */
    readonly organisation: string;
    /** Where its calls are recorded. */
    readonly workspace: string;
    /** How it begins. */
    readonly prefix: string;
    /** Whether it is good. */
    readonly state: "active" | "revoked" | "expired";
    /** What it may do; in place of a role. */
    readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
    /** The role, where it has no scopes. */
    readonly role?: string;
    /** How far it reaches. */
    readonly reach: "workspace" | "organisation" | "installation";
    /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
    readonly models?: readonly (string)[];
    /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
    readonly profiles?: readonly (string)[];
    /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
    readonly addresses?: readonly (string)[];
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by?: string;
    /** From when on it is refused. */
    readonly expires_at?: string;
    /** Since when it is refused. */
    readonly revoked_at?: string;
    /** When it was last used, to some ten seconds. */
    readonly last_used_at?: string;
    /** The key in whose place it came. */
    readonly rotated_from?: string;
  };
}

export interface RevokeKeyQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RevokeKeyAnswer {
  /** What it is called in addresses and records. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** Whose it is. */
  readonly organisation: string;
  /** Where its calls are recorded. */
  readonly workspace: string;
  /** How it begins. */
  readonly prefix: string;
  /** Whether it is good. */
  readonly state: "active" | "revoked" | "expired";
  /** What it may do; in place of a role. */
  readonly scopes?: readonly ("calls:create" | "calls:read" | "calls.content:read" | "calls.reported:create" | "conversations:read" | "conversations:write" | "models:read" | "aliases:read" | "aliases:write" | "keys:read" | "keys:write" | "credentials:read" | "credentials:write" | "budgets:read" | "budgets:write" | "usage:read" | "receipts:read" | "receipts:write" | "cache:read" | "cache:write" | "alerts:read" | "alerts:write" | "flows:read" | "flows:write" | "runs:read" | "runs:write" | "runs:approve" | "runs.content:read" | "settings:read" | "settings:write" | "workspaces:read" | "workspaces:write" | "members:read" | "members:write" | "organisation:read" | "organisation:write" | "audit:read")[];
  /** The role, where it has no scopes. */
  readonly role?: string;
  /** How far it reaches. */
  readonly reach: "workspace" | "organisation" | "installation";
  /** Aliases, models (`openai:gpt-5`) and all models of a provider (`openai:*`) that it may ask for; all when left out. */
  readonly models?: readonly (string)[];
  /** Profiles of the lockfile that its calls may name, the one that holds for calls that name none first; all when left out. */
  readonly profiles?: readonly (string)[];
  /** Addresses and ranges (`10.0.0.0/8`) that it may be used from; all when left out. */
  readonly addresses?: readonly (string)[];
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by?: string;
  /** From when on it is refused. */
  readonly expires_at?: string;
  /** Since when it is refused. */
  readonly revoked_at?: string;
  /** When it was last used, to some ten seconds. */
  readonly last_used_at?: string;
  /** The key in whose place it came. */
  readonly rotated_from?: string;
}

export interface ListProfilesQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The order; a minus turns it round. name when left out. */
  readonly sort?: "name" | "-name";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListProfilesAnswer {
  /** Profiles. */
  readonly data: readonly ({
    /** What it is called. */
    readonly name: string;
    /** From 1; every change counts one on. */
    readonly revision: number;
    /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
    readonly digest: string;
    /** Of the whole file that it was pushed from, as its pusher said. */
    readonly lockfile_digest?: string;
    /** When; by the clock of the server. */
    readonly pushed_at: string;
    /** The key. */
    readonly pushed_by: string;
    /** What it was pushed with. */
    readonly client?: string;
    /** Whether this revision removed it. */
    readonly is_removed: boolean;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface GetProfileQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetProfileAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** A lockfile of this profile alone, as docs/lockfile.md describes it. */
  readonly lockfile: { readonly [name: string]: unknown };
}

export interface PushProfileQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface PushProfileBody {
  /** The revision that it is based on; 0 for a new profile. */
  readonly base_revision: number;
  /** A lockfile as data, such as `keelson lock show --json` prints it. Only the profile of the path is taken. */
  readonly lockfile: { readonly [name: string]: unknown };
  /** `v1:` and the SHA-256 of what it means; docs/lockfile.md says of what. */
  readonly digest?: string;
  /** `v1:` and the SHA-256 of what it means; docs/lockfile.md says of what. */
  readonly lockfile_digest?: string;
  /** Takes the place of whatever is there. */
  readonly force?: boolean;
  /** What pushes it, with its version, such as `keelson/1.2.0`. */
  readonly client?: string;
}

export interface PushProfileAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** A lockfile of this profile alone, as docs/lockfile.md describes it. */
  readonly lockfile: { readonly [name: string]: unknown };
}

export interface RemoveProfileQuery {
  /** Only where this is the newest. */
  readonly base_revision?: number;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveProfileAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** Whether this revision removed it. */
  readonly is_removed: boolean;
}

export interface ListProfileRevisionsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListProfileRevisionsAnswer {
  /** Revisions. */
  readonly data: readonly ({
    /** What it is called. */
    readonly name: string;
    /** From 1; every change counts one on. */
    readonly revision: number;
    /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
    readonly digest: string;
    /** Of the whole file that it was pushed from, as its pusher said. */
    readonly lockfile_digest?: string;
    /** When; by the clock of the server. */
    readonly pushed_at: string;
    /** The key. */
    readonly pushed_by: string;
    /** What it was pushed with. */
    readonly client?: string;
    /** Whether this revision removed it. */
    readonly is_removed: boolean;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface ListProfileAliasesQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListProfileAliasesAnswer {
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** By name. */
  readonly data: readonly ({
    /** Its name. */
    readonly name: string;
    /** For people. */
    readonly description?: string;
    /** In the order in which they are tried. */
    readonly models: readonly ({
      /** `provider:model`. */
      readonly model?: string;
      readonly constraint?: {
        /** `anthropic:*`, `openai:gpt-5*` or `*`. */
        readonly match: string;
        /** Tokens. */
        readonly min_context?: number;
        /** Tokens. */
        readonly min_output?: number;
        /** Dollars per million tokens. */
        readonly max_cost?: number;
        /** Abilities. */
        readonly needs?: readonly (string)[];
        /** Which of several. */
        readonly prefer?: "cheapest" | "dearest" | "newest" | "longest_context";
        /** The model that was chosen. */
        readonly locked?: string;
      };
    })[];
  })[];
}

export interface BindProfileAliasesQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface BindProfileAliasesBody {
  /** Those that are bound; others stay as they are. */
  readonly aliases: readonly ({
    /** Its name. */
    readonly name: string;
    /** For people. */
    readonly description?: string;
    /** In the order in which they are tried. */
    readonly models: readonly (string)[];
  })[];
  /** The revision that it is based on; 0 for a new profile. */
  readonly base_revision?: number;
}

export interface BindProfileAliasesAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** Whether this revision removed it. */
  readonly is_removed: boolean;
}

export interface ResolveProfileAliasQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ResolveProfileAliasAnswer {
  /** Its name. */
  readonly name: string;
  /** The profile that was asked. */
  readonly profile: string;
  /** The profile that it stands in, of those that are inherited. */
  readonly defined_in?: string;
  /** In the order in which they are tried. */
  readonly targets: readonly ({
    /** `provider:model`. */
    readonly reference: string;
    /** What the provider is asked for. */
    readonly model: string;
  })[];
  /** What requests get where their caller leaves it open. */
  readonly defaults: { readonly [name: string]: unknown };
}

export interface BindProfileAliasQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface BindProfileAliasBody {
  /** For people. */
  readonly description?: string;
  /** In the order in which they are tried. */
  readonly models: readonly (string)[];
  /** The revision that it is based on; 0 for a new profile. */
  readonly base_revision?: number;
}

export interface BindProfileAliasAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** Whether this revision removed it. */
  readonly is_removed: boolean;
}

export interface UnbindProfileAliasQuery {
  /** Only where this is the newest. */
  readonly base_revision?: number;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UnbindProfileAliasAnswer {
  /** What it is called. */
  readonly name: string;
  /** From 1; every change counts one on. */
  readonly revision: number;
  /** Of the profile alone; of a file that has no other, that of the file. Empty where it was removed. */
  readonly digest: string;
  /** Of the whole file that it was pushed from, as its pusher said. */
  readonly lockfile_digest?: string;
  /** When; by the clock of the server. */
  readonly pushed_at: string;
  /** The key. */
  readonly pushed_by: string;
  /** What it was pushed with. */
  readonly client?: string;
  /** Whether this revision removed it. */
  readonly is_removed: boolean;
}

export interface TailCallsQuery {
  /** Only those made with this key. */
  readonly key_id?: string;
  /** Only those of this kind, such as `chat`. */
  readonly endpoint?: string;
  /** Only those that this provider answered. */
  readonly provider?: string;
  /** Only those that this model answered. */
  readonly model?: string;
  /** Only those that asked for this name. */
  readonly requested_model?: string;
  /** Only those of this alias. */
  readonly alias?: string;
  /** Only those with this outcome. */
  readonly outcome?: "answered" | "failed" | "refused" | "aborted";
  /** Only those that ended with this code. */
  readonly error?: string;
  /** Only those answered with this status or a higher one. */
  readonly min_status?: number;
  /** Only those that took as long. */
  readonly min_duration_ms?: number;
  /** The key, for pages, which cannot send headers with a stream of events. */
  readonly key?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReportCallQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReportCallBody {
  /** The program that made it. */
  readonly origin: string;
  /** What that calls it: told twice, it counts once. */
  readonly id_at_origin?: string;
  /** Who answered, such as `openai`. */
  readonly provider: string;
  /** The model that answered. */
  readonly model: string;
  /** The alias that it was asked by. */
  readonly alias?: string;
  /** The profile of a lockfile that the alias was read by. */
  readonly profile?: string;
  /** All that was read; not known when left out. */
  readonly input_tokens?: number;
  /** Of these, from a cache of the provider. */
  readonly cached_input_tokens?: number;
  /** All that was written; not known when left out. */
  readonly output_tokens?: number;
  /** What it cost, in billionths of a dollar; by the prices of the registry when left out. */
  readonly nano_dollars?: number;
  /** How long it took. */
  readonly latency_ms?: number;
  /** What it is marked with. */
  readonly tags?: { readonly [name: string]: string };
}

export interface ReportCallAnswer {
  /** What the record of it is called. */
  readonly id: string;
  /** By the clock of the server. */
  readonly recorded_at: string;
  readonly cost: {
    /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
    readonly status: "priced" | "estimated" | "unpriced";
    /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string;
    /** The prices that it was computed by. */
    readonly price_version?: string;
  };
  /** Whether it was told before; then nothing was counted again. */
  readonly is_known: boolean;
}

export interface ReadUsageByOriginQuery {
  /** The beginning, rounded down to a day; 30 days before the end when left out. */
  readonly from?: string;
  /** The end, not included; now when left out. */
  readonly to?: string;
  /** `total` when left out. */
  readonly step?: "day" | "total";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReadUsageByOriginAnswer {
  /** The beginning, as it was rounded. */
  readonly from: string;
  /** The end, not included. */
  readonly to: string;
  /** By time, then by origin. */
  readonly data: readonly ({
    /** The beginning of the period. */
    readonly starts_at: string;
    /** Who told of them. */
    readonly origin: string;
    /** Calls. */
    readonly calls: number;
    /** Calls whose price is not known: their cost is missing in the sum. */
    readonly unpriced: number;
    /** All that was read. */
    readonly input_tokens: number;
    /** All that was written. */
    readonly output_tokens: number;
    /** The cost of all calls whose price is known. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars: string;
  })[];
}

export interface ListCallsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only those made with this key. */
  readonly key_id?: string;
  /** Only those of this alias. */
  readonly alias?: string;
  /** Only those that this provider answered. */
  readonly provider?: string;
  /** Only those that this model answered. */
  readonly model?: string;
  /** Only those with this outcome. */
  readonly outcome?: "answered" | "failed" | "refused" | "aborted";
  /** Only those of this trace. */
  readonly trace_id?: string;
  /** The whole id of a call or of a trace. */
  readonly search?: string;
  /** Only those answered with this status or a higher one. */
  readonly min_status?: number;
  /** Only those answered with this status or a lower one. */
  readonly max_status?: number;
  /** Only those that took as long. */
  readonly min_duration_ms?: number;
  /** Only those that cost as much, in billionths of a dollar. */
  readonly min_cost_nano_dollars?: string;
  /** Only those that began then or later. */
  readonly from?: string;
  /** Only those that began before then. */
  readonly to?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListCallsAnswer {
  /** Calls. */
  readonly data: readonly ({
    /** What it is called; its receipt is `rcpt_` and this without dashes. */
    readonly id: string;
    /** The trace that it is part of. */
    readonly trace_id?: string;
    /** When it began. */
    readonly started_at: string;
    /** What kind of call it is, such as `chat`. */
    readonly endpoint: string;
    /** The format that the caller spoke. */
    readonly dialect: string;
    /** Where it was made. */
    readonly workspace: string;
    /** The key that it was made with. */
    readonly key_id?: string;
    /** The model as the caller named it. */
    readonly requested_model: string;
    /** The alias that this name was. */
    readonly alias?: string;
    /** The profile of the lockfile by which the name was read. */
    readonly profile?: string;
    /** What that lockfile meant, as `keelson lock digest` tells it. */
    readonly lock_digest?: string;
    /** Who answered. */
    readonly provider?: string;
    /** The model that answered. */
    readonly model?: string;
    /** Whether the answer was a stream. */
    readonly is_stream: boolean;
    /** `refused`: nothing was sent to any provider. `aborted`: the caller left before the end. */
    readonly outcome: "answered" | "failed" | "refused" | "aborted";
    /** What the caller was answered with; 499 when it had left. */
    readonly status: number;
    /** The code of its error. */
    readonly error?: string;
    /** `pass-through`, `translated`, `cached`; `flow` where a flow answered, whose own calls have records too; `reported` where somebody else made the call and told of it. */
    readonly lane: string;
    /** Who made a call that was reported. */
    readonly origin?: string;
    /** How long it took. */
    readonly duration_ms: number;
    /** Until the first byte of the answer. */
    readonly first_byte_ms?: number;
    /** What of it was spent here rather than waiting. */
    readonly overhead_ms: number;
    /** Tokens that were read; left out where nobody told. */
    readonly input_tokens?: number;
    /** Tokens that were written; left out where nobody told. */
    readonly output_tokens?: number;
    readonly cost: {
      /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
      readonly status: "priced" | "estimated" | "unpriced";
      /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
      readonly nano_dollars?: string;
      /** The prices that it was computed by. */
      readonly price_version?: string;
    };
    /** `hit`, `miss`, `refresh` or `bypass`, where the cache of answers was asked. */
    readonly cache?: string;
    /** What the answer would have cost, had it not been known. In billionths of a dollar, as a text of digits. */
    readonly saved_nano_dollars?: string;
    /** What the caller marked it with. */
    readonly tags: { readonly [name: string]: string };
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface ExportCallsQuery {
  /** `jsonl` when left out. */
  readonly format?: "jsonl" | "csv";
  /** Only those made with this key. */
  readonly key_id?: string;
  /** Only those of this alias. */
  readonly alias?: string;
  /** Only those that this provider answered. */
  readonly provider?: string;
  /** Only those that this model answered. */
  readonly model?: string;
  /** Only those with this outcome. */
  readonly outcome?: "answered" | "failed" | "refused" | "aborted";
  /** Only those of this trace. */
  readonly trace_id?: string;
  /** The whole id of a call or of a trace. */
  readonly search?: string;
  /** Only those answered with this status or a higher one. */
  readonly min_status?: number;
  /** Only those answered with this status or a lower one. */
  readonly max_status?: number;
  /** Only those that took as long. */
  readonly min_duration_ms?: number;
  /** Only those that cost as much, in billionths of a dollar. */
  readonly min_cost_nano_dollars?: string;
  /** Only those that began then or later. */
  readonly from?: string;
  /** Only those that began before then. */
  readonly to?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetCallQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetCallAnswer {
  /** What it is called; its receipt is `rcpt_` and this without dashes. */
  readonly id: string;
  /** The trace that it is part of. */
  readonly trace_id?: string;
  /** When it began. */
  readonly started_at: string;
  /** What kind of call it is, such as `chat`. */
  readonly endpoint: string;
  /** The format that the caller spoke. */
  readonly dialect: string;
  /** Where it was made. */
  readonly workspace: string;
  /** The key that it was made with. */
  readonly key_id?: string;
  /** The model as the caller named it. */
  readonly requested_model: string;
  /** The alias that this name was. */
  readonly alias?: string;
  /** The profile of the lockfile by which the name was read. */
  readonly profile?: string;
  /** What that lockfile meant, as `keelson lock digest` tells it. */
  readonly lock_digest?: string;
  /** Who answered. */
  readonly provider?: string;
  /** The model that answered. */
  readonly model?: string;
  /** Whether the answer was a stream. */
  readonly is_stream: boolean;
  /** `refused`: nothing was sent to any provider. `aborted`: the caller left before the end. */
  readonly outcome: "answered" | "failed" | "refused" | "aborted";
  /** What the caller was answered with; 499 when it had left. */
  readonly status: number;
  /** The code of its error. */
  readonly error?: string;
  /** `pass-through`, `translated`, `cached`; `flow` where a flow answered, whose own calls have records too; `reported` where somebody else made the call and told of it. */
  readonly lane: string;
  /** Who made a call that was reported. */
  readonly origin?: string;
  /** How long it took. */
  readonly duration_ms: number;
  /** Until the first byte of the answer. */
  readonly first_byte_ms?: number;
  /** What of it was spent here rather than waiting. */
  readonly overhead_ms: number;
  /** Tokens that were read; left out where nobody told. */
  readonly input_tokens?: number;
  /** Tokens that were written; left out where nobody told. */
  readonly output_tokens?: number;
  readonly cost: {
    /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
    readonly status: "priced" | "estimated" | "unpriced";
    /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string;
    /** The prices that it was computed by. */
    readonly price_version?: string;
  };
  /** `hit`, `miss`, `refresh` or `bypass`, where the cache of answers was asked. */
  readonly cache?: string;
  /** What the answer would have cost, had it not been known. In billionths of a dollar, as a text of digits. */
  readonly saved_nano_dollars?: string;
  /** What the caller marked it with. */
  readonly tags: { readonly [name: string]: string };
  /** The model as the provider named it. */
  readonly served_model?: string;
  /** The provider's own name of the call. */
  readonly provider_request_id?: string;
  /** What the provider says of its system. */
  readonly system_fingerprint?: string;
  readonly usage?: {
    /** Counts by kind; what is not known is left out. */
    readonly input: { readonly [name: string]: number };
    /** Counts by kind; what is not known is left out. */
    readonly output: { readonly [name: string]: number };
    /** Counts by kind; what is not known is left out. */
    readonly tool_units?: { readonly [name: string]: number };
    /** The service tier. */
    readonly tier?: string;
  };
  /** What the other format could not say. */
  readonly losses: readonly ({
    /** What. */
    readonly field: string;
    /** What became of it. */
    readonly action: string;
    /** Why. */
    readonly detail?: string;
  })[];
  /** What was tried, in the order of the start. */
  readonly attempts: readonly ({
    /** From 0, in the order of their start. */
    readonly index: number;
    /** `first`, `retry`, `fallback`, `hedge` or `shadow`. */
    readonly reason: string;
    /** Who was asked. */
    readonly provider: string;
    /** The model that was asked. */
    readonly model: string;
    /** The format that it was asked in. */
    readonly dialect: string;
    /** When it began. */
    readonly started_at: string;
    /** How long it took. */
    readonly duration_ms: number;
    /** Until the first byte of its answer. */
    readonly first_byte_ms?: number;
    /** `cancelled`: ended by us. */
    readonly outcome: "answered" | "failed" | "cancelled";
    /** What the provider answered with. */
    readonly status?: number;
    /** The code of its error. */
    readonly error?: string;
    /** The provider's own name of it. */
    readonly provider_request_id?: string;
    readonly usage?: {
      /** Counts by kind; what is not known is left out. */
      readonly input: { readonly [name: string]: number };
      /** Counts by kind; what is not known is left out. */
      readonly output: { readonly [name: string]: number };
      /** Counts by kind; what is not known is left out. */
      readonly tool_units?: { readonly [name: string]: number };
      /** The service tier. */
      readonly tier?: string;
    };
    readonly cost?: {
      /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
      readonly status: "priced" | "estimated" | "unpriced";
      /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
      readonly nano_dollars?: string;
      /** The prices that it was computed by. */
      readonly price_version?: string;
    };
  })[];
}

export interface ListAttemptsQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListAttemptsAnswer {
  /** In the order of their start. */
  readonly data: readonly ({
    /** From 0, in the order of their start. */
    readonly index: number;
    /** `first`, `retry`, `fallback`, `hedge` or `shadow`. */
    readonly reason: string;
    /** Who was asked. */
    readonly provider: string;
    /** The model that was asked. */
    readonly model: string;
    /** The format that it was asked in. */
    readonly dialect: string;
    /** When it began. */
    readonly started_at: string;
    /** How long it took. */
    readonly duration_ms: number;
    /** Until the first byte of its answer. */
    readonly first_byte_ms?: number;
    /** `cancelled`: ended by us. */
    readonly outcome: "answered" | "failed" | "cancelled";
    /** What the provider answered with. */
    readonly status?: number;
    /** The code of its error. */
    readonly error?: string;
    /** The provider's own name of it. */
    readonly provider_request_id?: string;
    readonly usage?: {
      /** Counts by kind; what is not known is left out. */
      readonly input: { readonly [name: string]: number };
      /** Counts by kind; what is not known is left out. */
      readonly output: { readonly [name: string]: number };
      /** Counts by kind; what is not known is left out. */
      readonly tool_units?: { readonly [name: string]: number };
      /** The service tier. */
      readonly tier?: string;
    };
    readonly cost?: {
      /** `estimated`: from what was seen of an answer that broke off. `unpriced`: no price is known, which is not the same as free. */
      readonly status: "priced" | "estimated" | "unpriced";
      /** What it cost; left out where no price is known. In billionths of a dollar, as a text of digits. */
      readonly nano_dollars?: string;
      /** The prices that it was computed by. */
      readonly price_version?: string;
    };
  })[];
}

export interface GetCallContentQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetCallContentAnswer {
  /** The call. */
  readonly call_id: string;
  /** What the caller sent, cut where it was very long. */
  readonly request?: string;
  /** What the caller was sent, cut where it was very long. */
  readonly response?: string;
}

export interface ReadUsageQuery {
  /** What to group by, with commas between. */
  readonly by?: readonly ("workspace" | "key_id" | "alias" | "provider" | "model" | "outcome")[];
  /** How long a period is, in UTC; `day` when left out, `total` for one of all. Weeks begin on Mondays. */
  readonly step?: "hour" | "day" | "week" | "month" | "total";
  /** The beginning, rounded down to an hour or a day; when left out 30 days before the end; 2 for hours, 90 for weeks, 365 for months. */
  readonly from?: string;
  /** The end, not included; now when left out. */
  readonly to?: string;
  /** Only that of this key. */
  readonly key_id?: string;
  /** Only that of this alias. */
  readonly alias?: string;
  /** Only that of this provider. */
  readonly provider?: string;
  /** Only that of this model. */
  readonly model?: string;
  /** Only that of calls with this outcome. */
  readonly outcome?: "answered" | "failed" | "refused" | "aborted";
  /** `time`, when left out; or the greatest first. */
  readonly order?: "time" | "cost" | "calls" | "tokens";
  /** Most entries; 1000 when left out. */
  readonly limit?: number;
  /** `json` when left out. */
  readonly format?: "json" | "csv";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReadUsageAnswer {
  /** The beginning, as it was rounded. */
  readonly from: string;
  /** The end, not included. */
  readonly to: string;
  /** How long a period is. */
  readonly step: "hour" | "day" | "week" | "month" | "total";
  /** Periods without calls are left out. */
  readonly data: readonly ({
    /** The beginning of the period. */
    readonly starts_at: string;
    /** What was grouped by; what calls did not have is left out. */
    readonly group: {
      /** A name. */
      readonly workspace?: string;
      /** A name. */
      readonly key_id?: string;
      /** A name. */
      readonly alias?: string;
      /** A name. */
      readonly provider?: string;
      /** A name. */
      readonly model?: string;
      /** A name. */
      readonly outcome?: string;
    };
    /** Calls. */
    readonly calls: number;
    /** Calls that ended with an error. */
    readonly errors: number;
    /** The cost of all calls whose price is known. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars: string;
    /** Calls whose price is not known: their cost is missing in the sum. */
    readonly unpriced: number;
    /** Calls whose cost was estimated from what was seen of an answer that broke off. */
    readonly estimated: number;
    /** Calls of which no token count is known. */
    readonly uncounted: number;
    readonly input: {
      /** All that was read. */
      readonly total: number;
      /** Not from a cache of the provider. */
      readonly uncached: number;
      /** From a cache of the provider. */
      readonly cache_read: number;
      /** Into a cache of the provider. */
      readonly cache_write: number;
      /** Of these, for an hour. */
      readonly cache_write_1h: number;
      /** Audio. */
      readonly audio: number;
      /** Images. */
      readonly image: number;
    };
    readonly output: {
      /** All that was written. */
      readonly total: number;
      /** Reasoning. */
      readonly reasoning: number;
      /** Audio. */
      readonly audio: number;
      /** Images. */
      readonly image: number;
    };
    /** How long all calls took together. */
    readonly duration_ms: number;
    /** What the cache of answers saved. */
    readonly cache: {
      /** Calls whose answer was known. */
      readonly hits: number;
      /** What they would have cost, as far as prices are known. In billionths of a dollar, as a text of digits. */
      readonly saved_nano_dollars: string;
      /** What they would have read. */
      readonly saved_input_tokens: number;
      /** What they would have written. */
      readonly saved_output_tokens: number;
    };
  })[];
  /** Whether there were more entries than the limit. */
  readonly has_more: boolean;
}

export interface StoreReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface StoreReceiptBody { readonly [name: string]: unknown }

export interface StoreReceiptAnswer {
  /** What it is called. */
  readonly id: string;
  /** The receipt, as docs/receipts.md describes it. */
  readonly receipt: { readonly [name: string]: unknown };
  /** The same as the canonical text whose hash is in the tree. */
  readonly text: string;
  readonly path: {
    /** Its place in the batch, from 0. */
    readonly index: number;
    /** From the leaf up to the root. */
    readonly hashes: readonly (string)[];
  };
  /** Exactly as it was signed. */
  readonly head: {
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  };
}

export interface ListReceiptsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only those of then or later. */
  readonly from?: string;
  /** Only those of before then. */
  readonly to?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListReceiptsAnswer {
  /** Receipts. */
  readonly data: readonly ({
    /** What it is called; that of a call is `rcpt_` and the id of the call without dashes. */
    readonly id: string;
    /** Whose it is; that of a statement over a whole organisation is its name and `/*`. */
    readonly workspace: string;
    /** The time in its id. */
    readonly made_at: string;
    /** The log that it stands in. */
    readonly log: string;
    /** The number of its batch. */
    readonly seq: number;
    /** Its place in the batch, from 0. */
    readonly index: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface IssueReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface IssueReceiptBody {
  /** These receipts, by their ids or by those of their calls. */
  readonly receipt_ids?: readonly (string)[];
  /** Those of a period: its first moment. */
  readonly from?: string;
  /** The first moment after the period. */
  readonly to?: string;
  /** All that no statement covers yet. */
  readonly since_last?: boolean;
  /** What it is for; signed with it. */
  readonly description?: string;
  /** Words to find it by; signed with it. */
  readonly tags?: readonly (string)[];
}

export interface IssueReceiptAnswer {
  /** What it is called. */
  readonly id: string;
  /** The receipt, as docs/receipts.md describes it. */
  readonly receipt: { readonly [name: string]: unknown };
  /** The same as the canonical text whose hash is in the tree. */
  readonly text: string;
  readonly path: {
    /** Its place in the batch, from 0. */
    readonly index: number;
    /** From the leaf up to the root. */
    readonly hashes: readonly (string)[];
  };
  /** Exactly as it was signed. */
  readonly head: {
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  };
}

export interface GenerateReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GenerateReceiptBody {
  /** The same as `receipt_ids`. */
  readonly log_ids?: readonly (string)[];
  /** The same as `from`. */
  readonly start_date?: string;
  /** The same as `to`. */
  readonly end_date?: string;
  /** The same as `since_last`. */
  readonly since_last_receipt?: boolean;
  /** What it is for; signed with it. */
  readonly description?: string;
  /** Words to find it by; signed with it. */
  readonly tags?: readonly (string)[];
}

export interface GenerateReceiptAnswer {
  /** What it is called. */
  readonly id: string;
  /** The receipt, as docs/receipts.md describes it. */
  readonly receipt: { readonly [name: string]: unknown };
  /** The same as the canonical text whose hash is in the tree. */
  readonly text: string;
  readonly path: {
    /** Its place in the batch, from 0. */
    readonly index: number;
    /** From the leaf up to the root. */
    readonly hashes: readonly (string)[];
  };
  /** Exactly as it was signed. */
  readonly head: {
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  };
}

export interface PreviewReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface PreviewReceiptBody {
  /** These receipts, by their ids or by those of their calls. */
  readonly receipt_ids?: readonly (string)[];
  /** Those of a period: its first moment. */
  readonly from?: string;
  /** The first moment after the period. */
  readonly to?: string;
  /** All that no statement covers yet. */
  readonly since_last?: boolean;
  /** What it is for; signed with it. */
  readonly description?: string;
  /** Words to find it by; signed with it. */
  readonly tags?: readonly (string)[];
}

export interface PreviewReceiptAnswer {
  /** The receipt as it would be, but for its id and its time. */
  readonly receipt: { readonly [name: string]: unknown };
}

export interface ListUncertifiedReceiptsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListUncertifiedReceiptsAnswer {
  /** Receipts, the newest first. */
  readonly data: readonly ({
    /** What it is called; that of a call is `rcpt_` and the id of the call without dashes. */
    readonly id: string;
    /** Whose it is; that of a statement over a whole organisation is its name and `/*`. */
    readonly workspace: string;
    /** The time in its id. */
    readonly made_at: string;
    /** The log that it stands in. */
    readonly log: string;
    /** The number of its batch. */
    readonly seq: number;
    /** Its place in the batch, from 0. */
    readonly index: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
  /** How many there are in all. */
  readonly total: number;
}

export interface ListCoveredReceiptsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListCoveredReceiptsAnswer {
  /** Receipts. */
  readonly data: readonly ({
    /** What it is called; that of a call is `rcpt_` and the id of the call without dashes. */
    readonly id: string;
    /** Whose it is; that of a statement over a whole organisation is its name and `/*`. */
    readonly workspace: string;
    /** The time in its id. */
    readonly made_at: string;
    /** The log that it stands in. */
    readonly log: string;
    /** The number of its batch. */
    readonly seq: number;
    /** Its place in the batch, from 0. */
    readonly index: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface GetPublicKeyPemQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetPublicKeyJwkQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetPublicKeyJwkAnswer { readonly [name: string]: unknown }

export interface ListPublicKeysQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListPublicKeysAnswer {
  /** JSON Web Keys, as in RFC 7517, with their validity beside. */
  readonly keys: readonly ({ readonly [name: string]: unknown })[];
}

export interface ListReceiptHeadsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only those of this log. */
  readonly log?: string;
  /** Only the newest of each log: what to publish as an anchor. */
  readonly latest?: boolean;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListReceiptHeadsAnswer {
  /** Heads. */
  readonly data: readonly ({
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface ListReceiptKeysQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListReceiptKeysAnswer {
  /** By the beginning of their validity. */
  readonly data: readonly ({
    /** As `verifyReceipt` takes it. */
    readonly key: {
      /** The SHA-256 of its bytes. */
      readonly key_id: string;
      /** `ed25519:` and the bytes in base64url. */
      readonly public_key: string;
      /** Milliseconds since 1970. */
      readonly valid_from: number;
      /** Milliseconds since 1970, not included. */
      readonly valid_to?: number;
    };
    /** The same as PEM. */
    readonly pem: string;
    /** The same as a JSON Web Key. */
    readonly jwk: { readonly [name: string]: unknown };
  })[];
}

export interface ExportReceiptsQuery {
  /** Only those of then or later. */
  readonly from?: string;
  /** Only those of before then. */
  readonly to?: string;
  /** Those of all organisations, in whole batches; only for whoever runs the installation. */
  readonly everything?: boolean;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface VerifyReceiptsQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface VerifyReceiptsBody {
  /** One receipt with its path and head, as it was given here. */
  readonly proof?: { readonly [name: string]: unknown };
  /** Or an export, a text for each line. */
  readonly lines?: readonly (string)[];
  /** Public keys from a source that you trust; those of this installation when left out. */
  readonly keys?: readonly ({ readonly [name: string]: unknown })[];
  /** Whether the export must begin with the first batch of every log and leave out no receipt. */
  readonly is_whole?: boolean;
}

export interface VerifyReceiptsAnswer {
  /** Whether nothing is wrong. */
  readonly is_valid: boolean;
  /** What is wrong, and where. */
  readonly faults: readonly ({
    /** One of the problems of docs/receipts.md. */
    readonly problem: string;
    /** The part that is wrong. */
    readonly where: string;
    /** For people. */
    readonly message: string;
    /** The log. */
    readonly log?: string;
    /** The batch. */
    readonly seq?: number;
    /** The place in the batch. */
    readonly index?: number;
  })[];
  /** Faults beyond those that are listed. */
  readonly more_faults: number;
  /** Receipts that were looked at. */
  readonly receipts: number;
  /** Batches that were looked at. */
  readonly batches: number;
  /** Whose keys were believed. */
  readonly keys_from: "caller" | "installation";
}

export interface GetReceiptQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetReceiptAnswer {
  /** The receipt, as docs/receipts.md describes it. */
  readonly receipt: { readonly [name: string]: unknown };
  /** The same as the canonical text whose hash is in the tree. */
  readonly text: string;
  readonly path: {
    /** Its place in the batch, from 0. */
    readonly index: number;
    /** From the leaf up to the root. */
    readonly hashes: readonly (string)[];
  };
  /** Exactly as it was signed. */
  readonly head: {
    /** The version of the form. */
    readonly version: number;
    /** Every process has logs of its own. */
    readonly log: string;
    /** From 1, without gaps. */
    readonly seq: number;
    /** The hash of the head before it; zeros at the first. */
    readonly prev: string;
    /** Of the tree over the receipts. */
    readonly root: string;
    /** Receipts in the batch. */
    readonly count: number;
    /** Milliseconds since 1970: when the batch was opened. */
    readonly first_at: number;
    /** Milliseconds since 1970: when it was closed. */
    readonly last_at: number;
    /** The SHA-256 of the public key. */
    readonly key_id: string;
    /** `ed25519:` and the signature in base64url. */
    readonly signature: string;
  };
}

export interface ListConversationsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListConversationsAnswer {
  /** Conversations. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** What people call it. */
    readonly title?: string;
    /** What the model is told first. */
    readonly system_prompt?: string;
    /** The alias or model that it is for. */
    readonly model_alias?: string;
    /** What requests get. */
    readonly temperature?: number;
    /** What requests get. */
    readonly max_tokens?: number;
    /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
    readonly logging: "none" | "metadata" | "full";
    /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
    readonly retention_days: number;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by: string;
    /** When something was last added or changed. */
    readonly updated_at: string;
    /** When it goes, if nothing is added. */
    readonly expires_at: string;
    /** All messages there ever were, kept or not. */
    readonly message_count: number;
    /** Of all messages. */
    readonly input_tokens: number;
    /** Of all messages. */
    readonly output_tokens: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CreateConversationQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CreateConversationBody {
  /** What people call it. */
  readonly title?: string;
  /** What the model is told first; content, so that it is kept with `full` only. */
  readonly system_prompt?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** What requests get. */
  readonly temperature?: number;
  /** What requests get. */
  readonly max_tokens?: number;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging?: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days?: number;
}

export interface CreateConversationAnswer {
  /** What it is called. */
  readonly id: string;
  /** What people call it. */
  readonly title?: string;
  /** What the model is told first. */
  readonly system_prompt?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** What requests get. */
  readonly temperature?: number;
  /** What requests get. */
  readonly max_tokens?: number;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days: number;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When something was last added or changed. */
  readonly updated_at: string;
  /** When it goes, if nothing is added. */
  readonly expires_at: string;
  /** All messages there ever were, kept or not. */
  readonly message_count: number;
  /** Of all messages. */
  readonly input_tokens: number;
  /** Of all messages. */
  readonly output_tokens: number;
}

export interface LogConversationQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface LogConversationBody {
  /** The conversation that goes on; a new one when left out. */
  readonly conversation_id?: string;
  /** What people call it. */
  readonly title?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging?: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days?: number;
  /** In order. */
  readonly messages: readonly ({
    /** Who said it. */
    readonly role: "system" | "developer" | "user" | "assistant" | "tool";
    /** Text, or a list of parts. */
    readonly content: string | readonly unknown[];
    /** Tools that were called. */
    readonly tool_calls?: readonly ({ readonly [name: string]: unknown })[];
    /** Tokens. */
    readonly input_tokens?: number;
    /** Tokens. */
    readonly output_tokens?: number;
  })[];
}

export interface LogConversationAnswer {
  readonly conversation: {
    /** What it is called. */
    readonly id: string;
    /** What people call it. */
    readonly title?: string;
    /** What the model is told first. */
    readonly system_prompt?: string;
    /** The alias or model that it is for. */
    readonly model_alias?: string;
    /** What requests get. */
    readonly temperature?: number;
    /** What requests get. */
    readonly max_tokens?: number;
    /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
    readonly logging: "none" | "metadata" | "full";
    /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
    readonly retention_days: number;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by: string;
    /** When something was last added or changed. */
    readonly updated_at: string;
    /** When it goes, if nothing is added. */
    readonly expires_at: string;
    /** All messages there ever were, kept or not. */
    readonly message_count: number;
    /** Of all messages. */
    readonly input_tokens: number;
    /** Of all messages. */
    readonly output_tokens: number;
  };
  /** The number of the first message that was added; the others follow. */
  readonly first_seq: number;
  /** How many messages were added. */
  readonly added: number;
}

export interface GetConversationQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetConversationAnswer {
  /** What it is called. */
  readonly id: string;
  /** What people call it. */
  readonly title?: string;
  /** What the model is told first. */
  readonly system_prompt?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** What requests get. */
  readonly temperature?: number;
  /** What requests get. */
  readonly max_tokens?: number;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days: number;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When something was last added or changed. */
  readonly updated_at: string;
  /** When it goes, if nothing is added. */
  readonly expires_at: string;
  /** All messages there ever were, kept or not. */
  readonly message_count: number;
  /** Of all messages. */
  readonly input_tokens: number;
  /** Of all messages. */
  readonly output_tokens: number;
}

export interface UpdateConversationQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface UpdateConversationBody {
  /** What people call it. */
  readonly title?: string | null;
  /** What the model is told first; content, so that it is kept with `full` only. */
  readonly system_prompt?: string | null;
  /** The alias or model that it is for. */
  readonly model_alias?: string | null;
  /** What requests get. */
  readonly temperature?: number | null;
  /** What requests get. */
  readonly max_tokens?: number | null;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging?: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days?: number;
}

export interface UpdateConversationAnswer {
  /** What it is called. */
  readonly id: string;
  /** What people call it. */
  readonly title?: string;
  /** What the model is told first. */
  readonly system_prompt?: string;
  /** The alias or model that it is for. */
  readonly model_alias?: string;
  /** What requests get. */
  readonly temperature?: number;
  /** What requests get. */
  readonly max_tokens?: number;
  /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
  readonly logging: "none" | "metadata" | "full";
  /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
  readonly retention_days: number;
  /** When it was made. */
  readonly created_at: string;
  /** The key that made it. */
  readonly created_by: string;
  /** When something was last added or changed. */
  readonly updated_at: string;
  /** When it goes, if nothing is added. */
  readonly expires_at: string;
  /** All messages there ever were, kept or not. */
  readonly message_count: number;
  /** Of all messages. */
  readonly input_tokens: number;
  /** Of all messages. */
  readonly output_tokens: number;
}

export interface ListMessagesQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListMessagesAnswer {
  /** Messages. */
  readonly data: readonly ({
    /** Its number, from 1; those of messages that are gone stay free. */
    readonly seq: number;
    /** Who said it. */
    readonly role: string;
    /** Text, or a list of parts. */
    readonly content?: string | readonly unknown[];
    /** SHA-256 of the text, or of the parts as canonical JSON. */
    readonly content_hash: string;
    /** Tools that were called. */
    readonly tool_calls?: readonly ({ readonly [name: string]: unknown })[];
    /** Tokens. */
    readonly input_tokens?: number;
    /** Tokens. */
    readonly output_tokens?: number;
    /** When it was added; by the clock of the server. */
    readonly at: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface AddMessageQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface AddMessageBody {
  /** Who said it. */
  readonly role: "system" | "developer" | "user" | "assistant" | "tool";
  /** Text, or a list of parts. */
  readonly content: string | readonly unknown[];
  /** Tools that were called. */
  readonly tool_calls?: readonly ({ readonly [name: string]: unknown })[];
  /** Tokens. */
  readonly input_tokens?: number;
  /** Tokens. */
  readonly output_tokens?: number;
}

export interface AddMessageAnswer {
  readonly conversation: {
    /** What it is called. */
    readonly id: string;
    /** What people call it. */
    readonly title?: string;
    /** What the model is told first. */
    readonly system_prompt?: string;
    /** The alias or model that it is for. */
    readonly model_alias?: string;
    /** What requests get. */
    readonly temperature?: number;
    /** What requests get. */
    readonly max_tokens?: number;
    /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
    readonly logging: "none" | "metadata" | "full";
    /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
    readonly retention_days: number;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by: string;
    /** When something was last added or changed. */
    readonly updated_at: string;
    /** When it goes, if nothing is added. */
    readonly expires_at: string;
    /** All messages there ever were, kept or not. */
    readonly message_count: number;
    /** Of all messages. */
    readonly input_tokens: number;
    /** Of all messages. */
    readonly output_tokens: number;
  };
  /** The number of the first message that was added; the others follow. */
  readonly first_seq: number;
  /** How many messages were added. */
  readonly added: number;
}

export interface RemoveMessagesQuery {
  /** Only messages older than this; all when left out. */
  readonly before?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveMessagesAnswer {
  /** How many messages were removed. */
  readonly removed: number;
}

export interface AddMessagesQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface AddMessagesBody {
  /** In order. */
  readonly messages: readonly ({
    /** Who said it. */
    readonly role: "system" | "developer" | "user" | "assistant" | "tool";
    /** Text, or a list of parts. */
    readonly content: string | readonly unknown[];
    /** Tools that were called. */
    readonly tool_calls?: readonly ({ readonly [name: string]: unknown })[];
    /** Tokens. */
    readonly input_tokens?: number;
    /** Tokens. */
    readonly output_tokens?: number;
  })[];
}

export interface AddMessagesAnswer {
  readonly conversation: {
    /** What it is called. */
    readonly id: string;
    /** What people call it. */
    readonly title?: string;
    /** What the model is told first. */
    readonly system_prompt?: string;
    /** The alias or model that it is for. */
    readonly model_alias?: string;
    /** What requests get. */
    readonly temperature?: number;
    /** What requests get. */
    readonly max_tokens?: number;
    /** `none`: only counts. `metadata`, when left out: who said something, its length in tokens and its hash. `full`: everything. */
    readonly logging: "none" | "metadata" | "full";
    /** Days after which its messages go, and itself when nothing is added; 30 when left out. */
    readonly retention_days: number;
    /** When it was made. */
    readonly created_at: string;
    /** The key that made it. */
    readonly created_by: string;
    /** When something was last added or changed. */
    readonly updated_at: string;
    /** When it goes, if nothing is added. */
    readonly expires_at: string;
    /** All messages there ever were, kept or not. */
    readonly message_count: number;
    /** Of all messages. */
    readonly input_tokens: number;
    /** Of all messages. */
    readonly output_tokens: number;
  };
  /** The number of the first message that was added; the others follow. */
  readonly first_seq: number;
  /** How many messages were added. */
  readonly added: number;
}

export interface ListFlowsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListFlowsAnswer {
  /** Flows, without their texts. */
  readonly data: readonly ({
    /** What it is called. */
    readonly name: string;
    /** Of what is in it and in the flows that it uses: the same text has the same. */
    readonly version: string;
    /** Where it is. */
    readonly workspace: string;
    /** What it says of itself. */
    readonly description?: string;
    /** What it is given when it is asked like a model. */
    readonly takes: "text" | "conversation";
    /** Other flows that its nodes use, and their versions. */
    readonly uses: { readonly [name: string]: string };
    /** When this version was kept. */
    readonly created_at: string;
    /** The key that brought it. */
    readonly created_by?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CheckFlowQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CheckFlowBody {
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
  /** The same as JSON, in place of `text`. */
  readonly flow?: { readonly [name: string]: unknown };
}

export interface CheckFlowAnswer {
  /** Everything that is wrong; empty where nothing is. */
  readonly problems: readonly ({
    /** What kind of problem it is. */
    readonly reason: string;
    /** Where in the document; empty for all of it. */
    readonly path: string;
    /** What is wrong. */
    readonly message: string;
    /** From 1. */
    readonly line: number;
    /** From 1. */
    readonly column: number;
  })[];
}

export interface PutFlowQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface PutFlowBody {
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
  /** The same as JSON, in place of `text`. */
  readonly flow?: { readonly [name: string]: unknown };
}

export interface PutFlowAnswer {
  /** What it is called. */
  readonly name: string;
  /** Of what is in it and in the flows that it uses: the same text has the same. */
  readonly version: string;
  /** Where it is. */
  readonly workspace: string;
  /** What it says of itself. */
  readonly description?: string;
  /** What it is given when it is asked like a model. */
  readonly takes: "text" | "conversation";
  /** Other flows that its nodes use, and their versions. */
  readonly uses: { readonly [name: string]: string };
  /** When this version was kept. */
  readonly created_at: string;
  /** The key that brought it. */
  readonly created_by?: string;
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
}

export interface GetFlowQuery {
  /** A version of it; the newest when left out. */
  readonly version?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetFlowAnswer {
  /** What it is called. */
  readonly name: string;
  /** Of what is in it and in the flows that it uses: the same text has the same. */
  readonly version: string;
  /** Where it is. */
  readonly workspace: string;
  /** What it says of itself. */
  readonly description?: string;
  /** What it is given when it is asked like a model. */
  readonly takes: "text" | "conversation";
  /** Other flows that its nodes use, and their versions. */
  readonly uses: { readonly [name: string]: string };
  /** When this version was kept. */
  readonly created_at: string;
  /** The key that brought it. */
  readonly created_by?: string;
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
}

export interface RemoveFlowQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveFlowAnswer {
  /** What it is called. */
  readonly name: string;
  /** Of what is in it and in the flows that it uses: the same text has the same. */
  readonly version: string;
  /** Where it is. */
  readonly workspace: string;
  /** What it says of itself. */
  readonly description?: string;
  /** What it is given when it is asked like a model. */
  readonly takes: "text" | "conversation";
  /** Other flows that its nodes use, and their versions. */
  readonly uses: { readonly [name: string]: string };
  /** When this version was kept. */
  readonly created_at: string;
  /** The key that brought it. */
  readonly created_by?: string;
  /** YAML or JSON, as docs/blocks.md describes it. */
  readonly text?: string;
}

export interface EstimateFlowQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface EstimateFlowBody {
  /** What it would be given; any when left out. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** A version of it; the newest when left out. */
  readonly version?: string;
}

export interface EstimateFlowAnswer {
  /** What is estimated. */
  readonly block: string;
  /** Its kind. */
  readonly kind: string;
  /** `stats`: from what was recorded. `prior`: assumed. `derived`: from its parts. `unknown`: not even that. */
  readonly source: "stats" | "prior" | "derived" | "unknown";
  /** How far it is to be trusted. */
  readonly confidence: "low" | "medium" | "high";
  /** Attempts that it rests on; of a flow, those of the part that is known least. */
  readonly sample_size: number;
  readonly nano_dollars: {
    /** Expected; null where it is not known. In billionths of a dollar, as a text of digits. */
    readonly mean: string | null;
    /** How far cases differ; null where that is not known. In billionths of a dollar, as a text of digits. */
    readonly std: string | null;
    /** Nine of ten cost no more. In billionths of a dollar, as a text of digits. */
    readonly p90: string | null;
    /** The worst case; null where nothing bounds it. In billionths of a dollar, as a text of digits. */
    readonly max: string | null;
  };
  readonly ms: {
    /** Expected; null where it is not known. */
    readonly mean: number | null;
    /** How far cases differ. */
    readonly std: number | null;
    /** Nine of ten take no longer. */
    readonly p90: number | null;
    /** The worst case; null where nothing bounds it. */
    readonly max: number | null;
  };
  readonly calls: {
    /** Calls to models that are expected. */
    readonly mean: number;
    /** Calls at most; null where nothing bounds them. */
    readonly max: number | null;
  };
  /** What was assumed. */
  readonly notes: readonly (string)[];
  /** Its parts, each for one visit, the parts of a part right behind it. */
  readonly components: readonly ({
    /** The names of the nodes on the way to it, with slashes between. */
    readonly path: string;
    /** What is estimated. */
    readonly block: string;
    /** Its kind. */
    readonly kind: string;
    /** `stats`: from what was recorded. `prior`: assumed. `derived`: from its parts. `unknown`: not even that. */
    readonly source: "stats" | "prior" | "derived" | "unknown";
    /** How far it is to be trusted. */
    readonly confidence: "low" | "medium" | "high";
    /** Attempts that it rests on; of a flow, those of the part that is known least. */
    readonly sample_size: number;
    readonly nano_dollars: {
      /** Expected; null where it is not known. In billionths of a dollar, as a text of digits. */
      readonly mean: string | null;
      /** How far cases differ; null where that is not known. In billionths of a dollar, as a text of digits. */
      readonly std: string | null;
      /** Nine of ten cost no more. In billionths of a dollar, as a text of digits. */
      readonly p90: string | null;
      /** The worst case; null where nothing bounds it. In billionths of a dollar, as a text of digits. */
      readonly max: string | null;
    };
    readonly ms: {
      /** Expected; null where it is not known. */
      readonly mean: number | null;
      /** How far cases differ. */
      readonly std: number | null;
      /** Nine of ten take no longer. */
      readonly p90: number | null;
      /** The worst case; null where nothing bounds it. */
      readonly max: number | null;
    };
    readonly calls: {
      /** Calls to models that are expected. */
      readonly mean: number;
      /** Calls at most; null where nothing bounds them. */
      readonly max: number | null;
    };
    /** What was assumed. */
    readonly notes: readonly (string)[];
  })[];
}

export interface ListRunsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only runs of this flow. */
  readonly flow?: string;
  /** Only runs that are so. */
  readonly state?: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListRunsAnswer {
  /** Runs, without what was said. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** Where it is. */
    readonly workspace: string;
    /** The flow. */
    readonly flow: string;
    /** The version that it goes by to its end. */
    readonly version: string;
    /** `stopped` waits for somebody to resolve it; the last three are over. */
    readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
    readonly failure?: {
      /** What went wrong, as a word; docs/blocks.md lists them. */
      readonly reason: string;
      /** What recovery goes by. */
      readonly error_type: string;
      /** The same in a sentence. */
      readonly message: string;
      /** What to do. */
      readonly hint?: string;
      /** Facts for programs. */
      readonly details: { readonly [name: string]: unknown };
      /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
      readonly effect?: string;
    };
    /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string | null;
    /** To models, once it is over. */
    readonly calls?: number;
    readonly budget?: {
      /** What it may spend, such as `0.02`. */
      readonly dollars: string;
      /** What of the estimate must fit before anything is begun; `mean` when left out. */
      readonly preflight?: "mean" | "p90" | "max" | "off";
      /** Whether it may begin what costs nobody knows how much. */
      readonly allow_unpriced?: boolean;
    };
    /** What it waits for. */
    readonly waits: readonly ({
      /** The node that waits. */
      readonly path: string;
      /** For what. */
      readonly kind: "step" | "sleep" | "event" | "approval" | "child";
      /** Until when at most, or when it goes on. */
      readonly until?: string;
      /** The name of an event, the id of an approval or of a run. */
      readonly subject?: string;
    })[];
    /** The key that started it. */
    readonly started_by: string;
    /** What it was started with to be started once. */
    readonly key?: string;
    /** The run whose results it took over. */
    readonly replay_of?: string;
    /** When it was asked for. */
    readonly created_at: string;
    /** When somebody first worked on it. */
    readonly started_at?: string;
    /** When it was over. */
    readonly finished_at?: string;
    /** When it ends at the latest. */
    readonly deadline_at?: string;
    /** How often a worker took it. */
    readonly passes: number;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface StartRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface StartRunBody {
  /** The flow. */
  readonly flow: string;
  /** A version of it; the newest when left out. */
  readonly version?: string;
  /** What it is given; null when left out. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** From the start to the end, waiting included; no bound when left out. */
  readonly timeout_ms?: number;
  /** A second start with the same key finds the run of the first. */
  readonly key?: string;
  /** Not before; at once when left out. */
  readonly start_at?: string;
  /** What its nodes may be passed besides. */
  readonly context?: { readonly [name: string]: unknown };
  /** Runs of one key share its limit. */
  readonly limit_key?: string;
}

export interface StartRunAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface GetRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetRunAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface ListRunStepsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListRunStepsAnswer {
  /** Steps. */
  readonly data: readonly ({
    /** The node. */
    readonly path: string;
    /** `step`: it does something. The others wait. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** `left`: it was under way and ended without a result that counts. */
    readonly state: "started" | "left" | "waiting" | "done" | "failed";
    /** What it came to, for keys with `runs.content:read`. */
    readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    readonly failure?: {
      /** What went wrong, as a word; docs/blocks.md lists them. */
      readonly reason: string;
      /** What recovery goes by. */
      readonly error_type: string;
      /** The same in a sentence. */
      readonly message: string;
      /** What to do. */
      readonly hint?: string;
      /** Facts for programs. */
      readonly details: { readonly [name: string]: unknown };
      /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
      readonly effect?: string;
    };
    /** What it spent; null where something had no price. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string | null;
    /** How often it was under way when its worker died. */
    readonly interrupted: number;
    /** When it goes on, or gives up waiting. */
    readonly wake_at?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
    /** When it began. */
    readonly started_at: string;
    /** When it ended. */
    readonly finished_at?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface CancelRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface CancelRunBody {
  /** Why, for whoever looks at the run later. */
  readonly reason?: string;
}

export interface CancelRunAnswer {
  /** `asked`: a worker has it, and ends it in a moment. */
  readonly outcome: "cancelled" | "asked";
  readonly run: {
    /** What it is called. */
    readonly id: string;
    /** Where it is. */
    readonly workspace: string;
    /** The flow. */
    readonly flow: string;
    /** The version that it goes by to its end. */
    readonly version: string;
    /** `stopped` waits for somebody to resolve it; the last three are over. */
    readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
    readonly failure?: {
      /** What went wrong, as a word; docs/blocks.md lists them. */
      readonly reason: string;
      /** What recovery goes by. */
      readonly error_type: string;
      /** The same in a sentence. */
      readonly message: string;
      /** What to do. */
      readonly hint?: string;
      /** Facts for programs. */
      readonly details: { readonly [name: string]: unknown };
      /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
      readonly effect?: string;
    };
    /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
    readonly nano_dollars?: string | null;
    /** To models, once it is over. */
    readonly calls?: number;
    readonly budget?: {
      /** What it may spend, such as `0.02`. */
      readonly dollars: string;
      /** What of the estimate must fit before anything is begun; `mean` when left out. */
      readonly preflight?: "mean" | "p90" | "max" | "off";
      /** Whether it may begin what costs nobody knows how much. */
      readonly allow_unpriced?: boolean;
    };
    /** What it waits for. */
    readonly waits: readonly ({
      /** The node that waits. */
      readonly path: string;
      /** For what. */
      readonly kind: "step" | "sleep" | "event" | "approval" | "child";
      /** Until when at most, or when it goes on. */
      readonly until?: string;
      /** The name of an event, the id of an approval or of a run. */
      readonly subject?: string;
    })[];
    /** The key that started it. */
    readonly started_by: string;
    /** What it was started with to be started once. */
    readonly key?: string;
    /** The run whose results it took over. */
    readonly replay_of?: string;
    /** When it was asked for. */
    readonly created_at: string;
    /** When somebody first worked on it. */
    readonly started_at?: string;
    /** When it was over. */
    readonly finished_at?: string;
    /** When it ends at the latest. */
    readonly deadline_at?: string;
    /** How often a worker took it. */
    readonly passes: number;
    /** What it was given, for keys with `runs.content:read`. */
    readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** What it came to, for keys with `runs.content:read`. */
    readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  };
}

export interface ReplayRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ReplayRunBody {
  /** Paths of nodes that run again, with all below them and all above. */
  readonly without?: readonly (string)[];
  /** The version that it goes by; that of the first when left out. */
  readonly version?: string;
}

export interface ReplayRunAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface ResolveRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ResolveRunBody {
  /** `continue`: where it stopped, with its own version, which some worker must have, or with `version`. `abandon`: it is cancelled. `restart`: from its beginning, as a new run with `version`. */
  readonly choice: "continue" | "abandon" | "restart";
  /** With `continue`, what is recorded holds where the other version has the same paths and inputs; where it differs, the run fails. */
  readonly version?: string;
}

export interface ResolveRunAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface SignalRunQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface SignalRunBody {
  /** The name that a node waits for, now or later. */
  readonly name: string;
  /** What it is given; null when left out. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** The same again is taken once. */
  readonly id?: string;
}

export interface SignalRunAnswer {
  /** Whether it was sent before; then nothing was sent again. */
  readonly is_known: boolean;
}

export interface SupplyRunResultQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface SupplyRunResultBody {
  /** The step that was interrupted. */
  readonly path: string;
  /** What it came to. */
  readonly result: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface SupplyRunResultAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow. */
  readonly flow: string;
  /** The version that it goes by to its end. */
  readonly version: string;
  /** `stopped` waits for somebody to resolve it; the last three are over. */
  readonly state: "pending" | "running" | "waiting" | "stopped" | "completed" | "failed" | "cancelled";
  readonly failure?: {
    /** What went wrong, as a word; docs/blocks.md lists them. */
    readonly reason: string;
    /** What recovery goes by. */
    readonly error_type: string;
    /** The same in a sentence. */
    readonly message: string;
    /** What to do. */
    readonly hint?: string;
    /** Facts for programs. */
    readonly details: { readonly [name: string]: unknown };
    /** Whether something was done to the world: `not_started`, `unknown` or `done`. */
    readonly effect?: string;
  };
  /** What it spent, once it is over; null where something had no price. In billionths of a dollar, as a text of digits. */
  readonly nano_dollars?: string | null;
  /** To models, once it is over. */
  readonly calls?: number;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
  /** What it waits for. */
  readonly waits: readonly ({
    /** The node that waits. */
    readonly path: string;
    /** For what. */
    readonly kind: "step" | "sleep" | "event" | "approval" | "child";
    /** Until when at most, or when it goes on. */
    readonly until?: string;
    /** The name of an event, the id of an approval or of a run. */
    readonly subject?: string;
  })[];
  /** The key that started it. */
  readonly started_by: string;
  /** What it was started with to be started once. */
  readonly key?: string;
  /** The run whose results it took over. */
  readonly replay_of?: string;
  /** When it was asked for. */
  readonly created_at: string;
  /** When somebody first worked on it. */
  readonly started_at?: string;
  /** When it was over. */
  readonly finished_at?: string;
  /** When it ends at the latest. */
  readonly deadline_at?: string;
  /** How often a worker took it. */
  readonly passes: number;
  /** What it was given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** What it came to, for keys with `runs.content:read`. */
  readonly output?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
}

export interface FollowRunQuery {
  /** The `id` of the last event that was seen; the header Last-Event-ID says the same. */
  readonly after?: number;
  /** The key, for pages, which cannot send headers with a stream of events. */
  readonly key?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListApprovalsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** Only those of this run. */
  readonly run_id?: string;
  /** `open` when left out. */
  readonly state?: "open" | "decided" | "all";
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListApprovalsAnswer {
  /** Approvals. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** The run that asks. */
    readonly run_id: string;
    /** The node that asks. */
    readonly path: string;
    /** Where it is. */
    readonly workspace: string;
    /** `expired`: nobody answered in time. */
    readonly state: "open" | "approved" | "rejected" | "expired";
    /** What is asked, for keys with `runs.content:read` or `runs:approve`. */
    readonly asked?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** SHA-256 of exactly what will be done if it is approved. */
    readonly input_hash: string;
    /** When it was asked. */
    readonly created_at: string;
    /** From when on it is too late. */
    readonly expires_at: string;
    /** When it was decided. */
    readonly decided_at?: string;
    /** The key that decided, or `link` for somebody who was sent the token. */
    readonly decided_by?: string;
    /** What was said with it. */
    readonly note?: string;
    /** What lets whoever has it decide this one, for keys with `runs:approve` while it is open. */
    readonly token?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface DecideByTokenBody {
  /** As it was sent. */
  readonly token: string;
  /** The answer. */
  readonly decision: "approved" | "rejected";
  /** Why, for whoever looks at it later. */
  readonly note?: string;
}

export interface DecideByTokenAnswer {
  /** What it is called. */
  readonly id: string;
  /** The run that asks. */
  readonly run_id: string;
  /** The node that asks. */
  readonly path: string;
  /** Where it is. */
  readonly workspace: string;
  /** `expired`: nobody answered in time. */
  readonly state: "open" | "approved" | "rejected" | "expired";
  /** What is asked, for keys with `runs.content:read` or `runs:approve`. */
  readonly asked?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** SHA-256 of exactly what will be done if it is approved. */
  readonly input_hash: string;
  /** When it was asked. */
  readonly created_at: string;
  /** From when on it is too late. */
  readonly expires_at: string;
  /** When it was decided. */
  readonly decided_at?: string;
  /** The key that decided, or `link` for somebody who was sent the token. */
  readonly decided_by?: string;
  /** What was said with it. */
  readonly note?: string;
  /** What lets whoever has it decide this one, for keys with `runs:approve` while it is open. */
  readonly token?: string;
}

export interface DecideApprovalQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface DecideApprovalBody {
  /** The answer. */
  readonly decision: "approved" | "rejected";
  /** Why, for whoever looks at it later. */
  readonly note?: string;
}

export interface DecideApprovalAnswer {
  /** What it is called. */
  readonly id: string;
  /** The run that asks. */
  readonly run_id: string;
  /** The node that asks. */
  readonly path: string;
  /** Where it is. */
  readonly workspace: string;
  /** `expired`: nobody answered in time. */
  readonly state: "open" | "approved" | "rejected" | "expired";
  /** What is asked, for keys with `runs.content:read` or `runs:approve`. */
  readonly asked?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** SHA-256 of exactly what will be done if it is approved. */
  readonly input_hash: string;
  /** When it was asked. */
  readonly created_at: string;
  /** From when on it is too late. */
  readonly expires_at: string;
  /** When it was decided. */
  readonly decided_at?: string;
  /** The key that decided, or `link` for somebody who was sent the token. */
  readonly decided_by?: string;
  /** What was said with it. */
  readonly note?: string;
  /** What lets whoever has it decide this one, for keys with `runs:approve` while it is open. */
  readonly token?: string;
}

export interface ListSchedulesQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface ListSchedulesAnswer {
  /** Schedules. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** Where it is. */
    readonly workspace: string;
    /** The flow; each time the newest version. */
    readonly flow: string;
    /** What the flow is given, for keys with `runs.content:read`. */
    readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
    /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
    readonly pattern: string;
    /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
    readonly zone: string;
    /** Whether it starts nothing for now. */
    readonly paused: boolean;
    /** When it is due. */
    readonly next_at: string;
    /** When it last started a run. */
    readonly last_at?: string;
    /** That run. */
    readonly last_run?: string;
    /** When it was made. */
    readonly created_at: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface PutScheduleQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface PutScheduleBody {
  /** The flow. */
  readonly flow: string;
  /** What it is given; null when left out. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
  readonly pattern: string;
  /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
  readonly zone?: string;
  /** Whether it starts nothing for now. */
  readonly paused?: boolean;
  readonly budget?: {
    /** What it may spend, such as `0.02`. */
    readonly dollars: string;
    /** What of the estimate must fit before anything is begun; `mean` when left out. */
    readonly preflight?: "mean" | "p90" | "max" | "off";
    /** Whether it may begin what costs nobody knows how much. */
    readonly allow_unpriced?: boolean;
  };
}

export interface PutScheduleAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow; each time the newest version. */
  readonly flow: string;
  /** What the flow is given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
  readonly pattern: string;
  /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
  readonly zone: string;
  /** Whether it starts nothing for now. */
  readonly paused: boolean;
  /** When it is due. */
  readonly next_at: string;
  /** When it last started a run. */
  readonly last_at?: string;
  /** That run. */
  readonly last_run?: string;
  /** When it was made. */
  readonly created_at: string;
}

export interface GetScheduleQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface GetScheduleAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow; each time the newest version. */
  readonly flow: string;
  /** What the flow is given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
  readonly pattern: string;
  /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
  readonly zone: string;
  /** Whether it starts nothing for now. */
  readonly paused: boolean;
  /** When it is due. */
  readonly next_at: string;
  /** When it last started a run. */
  readonly last_at?: string;
  /** That run. */
  readonly last_run?: string;
  /** When it was made. */
  readonly created_at: string;
}

export interface RemoveScheduleQuery {
  /** The workspace that is meant; that of the key when left out, or all for whoever may see all. */
  readonly workspace?: string;
  /** The organisation that is meant; that of the key when left out. Only for whoever runs the installation. */
  readonly organisation?: string;
}

export interface RemoveScheduleAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where it is. */
  readonly workspace: string;
  /** The flow; each time the newest version. */
  readonly flow: string;
  /** What the flow is given, for keys with `runs.content:read`. */
  readonly payload?: string | number | boolean | readonly unknown[] | { readonly [name: string]: unknown } | null;
  /** Five or six fields as `cron` has them (`0 9 * * 1-5`), or `every 90s`. */
  readonly pattern: string;
  /** The time zone of its pattern, as in `Europe/Berlin`; UTC when left out. */
  readonly zone: string;
  /** Whether it starts nothing for now. */
  readonly paused: boolean;
  /** When it is due. */
  readonly next_at: string;
  /** When it last started a run. */
  readonly last_at?: string;
  /** That run. */
  readonly last_run?: string;
  /** When it was made. */
  readonly created_at: string;
}

export interface RegisterBody {
  /** Where a message reaches whoever registers. */
  readonly email: string;
  /** What it is called; in addresses in small letters, digits and dashes. */
  readonly organization: string;
  /** The first project in it. */
  readonly project: string;
  /** Whether the terms of whoever runs the server are accepted; nothing is done without. */
  readonly accept_terms: boolean;
}

export interface RegisterAnswer {
  /** What it is called. */
  readonly registration: string;
  /** `active`: its key is good. */
  readonly state: "pending" | "active" | "refused";
  /** Shown now and never again; good once the state is `active`. */
  readonly api_key: string;
  /** What it is called in addresses. */
  readonly organisation: string;
  /** The project, as it is called in addresses. */
  readonly workspace: string;
  /** Until when it waits. */
  readonly expires_at: string;
}

export interface ListRegistrationsQuery {
  /** Entries on a page; 50 when left out. */
  readonly limit?: number;
  /** Where to go on: `next_cursor` of the page before. */
  readonly cursor?: string;
}

export interface ListRegistrationsAnswer {
  /** Registrations. */
  readonly data: readonly ({
    /** What it is called. */
    readonly id: string;
    /** Where a message reaches them. */
    readonly email: string;
    /** What was asked for, as it is called in addresses. */
    readonly organisation: string;
    /** The project, as it is called in addresses. */
    readonly workspace: string;
    /** From where it was asked. */
    readonly address: string;
    /** `active`: its key is good. */
    readonly state: "pending" | "active" | "refused";
    /** When it was asked. */
    readonly created_at: string;
    /** Until when it may be confirmed. */
    readonly expires_at: string;
    /** When it was decided. */
    readonly decided_at?: string;
    /** The key that it got. */
    readonly key_id?: string;
    /** What is to be sent to the address, where this server sends nothing by itself; POST /register/confirm takes it. */
    readonly token?: string;
  })[];
  /** Where the next page begins; null on the last one. */
  readonly next_cursor: string | null;
}

export interface DecideRegistrationBody {
  /** Whether its key becomes good. */
  readonly is_approved: boolean;
}

export interface DecideRegistrationAnswer {
  /** What it is called. */
  readonly id: string;
  /** Where a message reaches them. */
  readonly email: string;
  /** What was asked for, as it is called in addresses. */
  readonly organisation: string;
  /** The project, as it is called in addresses. */
  readonly workspace: string;
  /** From where it was asked. */
  readonly address: string;
  /** `active`: its key is good. */
  readonly state: "pending" | "active" | "refused";
  /** When it was asked. */
  readonly created_at: string;
  /** Until when it may be confirmed. */
  readonly expires_at: string;
  /** When it was decided. */
  readonly decided_at?: string;
  /** The key that it got. */
  readonly key_id?: string;
  /** What is to be sent to the address, where this server sends nothing by itself; POST /register/confirm takes it. */
  readonly token?: string;
}

export interface ConfirmRegistrationBody {
  /** What was sent. */
  readonly token: string;
}

export interface ConfirmRegistrationAnswer {
  /** `active`: its key is good. */
  readonly state: "pending" | "active" | "refused";
  /** Whose the key is. */
  readonly organisation: string;
  /** The project. */
  readonly workspace: string;
}

export interface AskOptions {
  /** Ends the request; it is then refused with the code `cancelled`. */
  readonly signal?: AbortSignal;
}

export interface Asked {
  readonly query?: object | undefined;
  readonly body?: unknown;
  readonly options?: AskOptions | undefined;
}

export abstract class ServerOperations {
  /** For answers that come in pieces, such as exports. */
  protected abstract send(method: string, path: string, asked: Asked): Promise<Reply>;
  protected abstract ask<Answer>(method: string, path: string, asked: Asked): Promise<Answer>;

  /** The key that asks, and what it may do. Every key may ask this. */
  getMe(query: GetMeQuery = {}, options?: AskOptions): Promise<GetMeAnswer> {
    return this.ask('GET', '/api/v1/me', { options, query });
  }

  /** Keys, in the order of their making. Needs `keys:read`. */
  listKeys(query: ListKeysQuery = {}, options?: AskOptions): Promise<ListKeysAnswer> {
    return this.ask('GET', '/api/v1/keys', { options, query });
  }

  /** Makes a key. Its secret is in this answer and nowhere else. A key may do no more than the one that makes it. Needs `keys:write`. */
  createKey(body: CreateKeyBody, query: CreateKeyQuery = {}, options?: AskOptions): Promise<CreateKeyAnswer> {
    return this.ask('POST', '/api/v1/keys', { options, query, body });
  }

  /** One key. Needs `keys:read`. */
  getKey(id: string, query: GetKeyQuery = {}, options?: AskOptions): Promise<GetKeyAnswer> {
    return this.ask('GET', `/api/v1/keys/${encodeURIComponent(id)}`, { options, query });
  }

  /** Changes what a key may do. It holds at once here, and within a second on every other replica. Needs `keys:write`. */
  updateKey(id: string, body: UpdateKeyBody, query: UpdateKeyQuery = {}, options?: AskOptions): Promise<UpdateKeyAnswer> {
    return this.ask('PATCH', `/api/v1/keys/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** A new key in place of another. It may do what the other one may. Both are good until the overlap ends. Needs `keys:write`. */
  rotateKey(id: string, body: RotateKeyBody, query: RotateKeyQuery = {}, options?: AskOptions): Promise<RotateKeyAnswer> {
    return this.ask('POST', `/api/v1/keys/${encodeURIComponent(id)}/rotate`, { options, query, body });
  }

  /** Ends a key for good. It is refused at once here, and within a second on every other replica. Needs `keys:write`. */
  revokeKey(id: string, query: RevokeKeyQuery = {}, options?: AskOptions): Promise<RevokeKeyAnswer> {
    return this.ask('POST', `/api/v1/keys/${encodeURIComponent(id)}/revoke`, { options, query });
  }

  /** Profiles that the project shares. They are for the lockfiles of whoever pulls them. Calls through the gateway go by its own configuration. Needs `aliases:read`. */
  listProfiles(query: ListProfilesQuery = {}, options?: AskOptions): Promise<ListProfilesAnswer> {
    return this.ask('GET', '/api/v1/profiles', { options, query });
  }

  /** One profile, as a lockfile. What it inherits from is a profile of its own. Needs `aliases:read`. */
  getProfile(name: string, query: GetProfileQuery = {}, options?: AskOptions): Promise<GetProfileAnswer> {
    return this.ask('GET', `/api/v1/profiles/${encodeURIComponent(name)}`, { options, query });
  }

  /** Shares a profile. Answers `conflict` with what has changed where somebody else was first. The same content again is no new revision. Needs `aliases:write`. */
  pushProfile(name: string, body: PushProfileBody, query: PushProfileQuery = {}, options?: AskOptions): Promise<PushProfileAnswer> {
    return this.ask('PUT', `/api/v1/profiles/${encodeURIComponent(name)}`, { options, query, body });
  }

  /** Shares a profile no longer. Its number counts on, so that whoever still has it hears of it. Needs `aliases:write`. */
  removeProfile(name: string, query: RemoveProfileQuery = {}, options?: AskOptions): Promise<RemoveProfileAnswer> {
    return this.ask('DELETE', `/api/v1/profiles/${encodeURIComponent(name)}`, { options, query });
  }

  /** The last fifty revisions of a profile, the newest first. Needs `aliases:read`. */
  listProfileRevisions(name: string, query: ListProfileRevisionsQuery = {}, options?: AskOptions): Promise<ListProfileRevisionsAnswer> {
    return this.ask('GET', `/api/v1/profiles/${encodeURIComponent(name)}/revisions`, { options, query });
  }

  /** The aliases of a profile. Needs `aliases:read`. */
  listProfileAliases(name: string, query: ListProfileAliasesQuery = {}, options?: AskOptions): Promise<ListProfileAliasesAnswer> {
    return this.ask('GET', `/api/v1/profiles/${encodeURIComponent(name)}/aliases`, { options, query });
  }

  /** Binds several aliases in one revision. Makes the profile where there is none. Defaults and pins that an alias has stay. Needs `aliases:write`. */
  bindProfileAliases(name: string, body: BindProfileAliasesBody, query: BindProfileAliasesQuery = {}, options?: AskOptions): Promise<BindProfileAliasesAnswer> {
    return this.ask('POST', `/api/v1/profiles/${encodeURIComponent(name)}/aliases`, { options, query, body });
  }

  /** What an alias of a profile leads to. Inherited ones as well; all profiles on the way must be shared. Needs `aliases:read`. */
  resolveProfileAlias(name: string, alias: string, query: ResolveProfileAliasQuery = {}, options?: AskOptions): Promise<ResolveProfileAliasAnswer> {
    return this.ask('GET', `/api/v1/profiles/${encodeURIComponent(name)}/aliases/${encodeURIComponent(alias)}`, { options, query });
  }

  /** Binds one alias. Needs `aliases:write`. */
  bindProfileAlias(name: string, alias: string, body: BindProfileAliasBody, query: BindProfileAliasQuery = {}, options?: AskOptions): Promise<BindProfileAliasAnswer> {
    return this.ask('PUT', `/api/v1/profiles/${encodeURIComponent(name)}/aliases/${encodeURIComponent(alias)}`, { options, query, body });
  }

  /** Takes one alias away. Needs `aliases:write`. */
  unbindProfileAlias(name: string, alias: string, query: UnbindProfileAliasQuery = {}, options?: AskOptions): Promise<UnbindProfileAliasAnswer> {
    return this.ask('DELETE', `/api/v1/profiles/${encodeURIComponent(name)}/aliases/${encodeURIComponent(alias)}`, { options, query });
  }

  /** Calls as they finish. Server-sent events without an end: `call` with what GET /calls shows and the number of `attempts`, and `dropped` with the `count` of those that whoever reads was too slow for. Needs `calls:read`. */
  tailCalls(query: TailCallsQuery = {}, options?: AskOptions): Promise<Reply> {
    return this.send('GET', '/api/v1/calls/tail', { options, query });
  }

  /** Tells of a call that was made elsewhere. It is recorded with the lane `reported` and its origin, counts in usage, and has no receipt; no budget was asked about it. Needs `calls.reported:create`. */
  reportCall(body: ReportCallBody, query: ReportCallQuery = {}, options?: AskOptions): Promise<ReportCallAnswer> {
    return this.ask('POST', '/api/v1/calls/report', { options, query, body });
  }

  /** What calls used that were made elsewhere, by who told of them. All of it is in the other figures of usage as well, beside what went through the gateway. Needs `usage:read`. */
  readUsageByOrigin(query: ReadUsageByOriginQuery = {}, options?: AskOptions): Promise<ReadUsageByOriginAnswer> {
    return this.ask('GET', '/api/v1/usage/origins', { options, query });
  }

  /** Calls, the newest first. Of several filters together, or of status, duration and cost, at most 10,000 calls are looked at for one page: it may then be short or empty and still have a `next_cursor`. Needs `calls:read`. */
  listCalls(query: ListCallsQuery = {}, options?: AskOptions): Promise<ListCallsAnswer> {
    return this.ask('GET', '/api/v1/calls', { options, query });
  }

  /** All calls that are looked for, as lines. The newest first, read while they are sent. The columns of CSV keep their order and new ones come at the end; a text that a spreadsheet would take for a formula has a `'` before it. Needs `calls:read`. */
  exportCalls(query: ExportCallsQuery = {}, options?: AskOptions): Promise<Reply> {
    return this.send('GET', '/api/v1/calls/export', { options, query });
  }

  /** One call with its attempts. Needs `calls:read`. */
  getCall(id: string, query: GetCallQuery = {}, options?: AskOptions): Promise<GetCallAnswer> {
    return this.ask('GET', `/api/v1/calls/${encodeURIComponent(id)}`, { options, query });
  }

  /** What was tried for a call. Needs `calls:read`. */
  listAttempts(id: string, query: ListAttemptsQuery = {}, options?: AskOptions): Promise<ListAttemptsAnswer> {
    return this.ask('GET', `/api/v1/calls/${encodeURIComponent(id)}/attempts`, { options, query });
  }

  /** Prompt and answer of a call. Where they were kept, which `KEELSON_LOG_BODIES` says. Whoever reads them stands in the audit log. Needs `calls.content:read`. */
  getCallContent(id: string, query: GetCallContentQuery = {}, options?: AskOptions): Promise<GetCallContentAnswer> {
    return this.ask('GET', `/api/v1/calls/${encodeURIComponent(id)}/content`, { options, query });
  }

  /** Tokens, money and time, by period and group. The greatest of something are asked for with `step=total`, `order` and `limit`. Sums stay when the records of calls go. Beside every sum of money stands how many calls it leaves out or estimates. The first week or month has only the days from the beginning on. Needs `usage:read`. */
  readUsage(query: ReadUsageQuery = {}, options?: AskOptions): Promise<ReadUsageAnswer> {
    return this.ask('GET', '/api/v1/usage', { options, query });
  }

  /** Keeps a receipt that a client has made. Such as that of an LLMRing client: it is kept exactly as it was brought, in a receipt of the kind `stored`, whose signature says that it was here then. Whether its own signature is right is for whoever knows the key of its client. Needs `receipts:write`. */
  storeReceipt(body: StoreReceiptBody, query: StoreReceiptQuery = {}, options?: AskOptions): Promise<StoreReceiptAnswer> {
    return this.ask('POST', '/api/v1/receipts', { options, query, body });
  }

  /** Receipts, the newest first. Needs `receipts:read`. */
  listReceipts(query: ListReceiptsQuery = {}, options?: AskOptions): Promise<ListReceiptsAnswer> {
    return this.ask('GET', '/api/v1/receipts', { options, query });
  }

  /** Makes a statement over many receipts. It is a receipt itself, of the kind `batch`: with what all of them add up to, by model and by alias, signed as a whole and chained like all others. Choose by `receipt_ids`, by `from` and `to`, or with `since_last`. Needs `receipts:write`. */
  issueReceipt(body: IssueReceiptBody, query: IssueReceiptQuery = {}, options?: AskOptions): Promise<IssueReceiptAnswer> {
    return this.ask('POST', '/api/v1/receipts/issue', { options, query, body });
  }

  /** The same as `issue`, by the names that LLMRing has for it. Needs `receipts:write`. */
  generateReceipt(body: GenerateReceiptBody, query: GenerateReceiptQuery = {}, options?: AskOptions): Promise<GenerateReceiptAnswer> {
    return this.ask('POST', '/api/v1/receipts/generate', { options, query, body });
  }

  /** What a statement would say, without making it. Needs `receipts:read`. */
  previewReceipt(body: PreviewReceiptBody, query: PreviewReceiptQuery = {}, options?: AskOptions): Promise<PreviewReceiptAnswer> {
    return this.ask('POST', '/api/v1/receipts/preview', { options, query, body });
  }

  /** Receipts that no statement covers yet, the newest first. Needs `receipts:read`. */
  listUncertifiedReceipts(query: ListUncertifiedReceiptsQuery = {}, options?: AskOptions): Promise<ListUncertifiedReceiptsAnswer> {
    return this.ask('GET', '/api/v1/receipts/uncertified', { options, query });
  }

  /** The receipts that a statement covers, in the order of their ids; of any other receipt, itself. Needs `receipts:read`. */
  listCoveredReceipts(id: string, query: ListCoveredReceiptsQuery = {}, options?: AskOptions): Promise<ListCoveredReceiptsAnswer> {
    return this.ask('GET', `/api/v1/receipts/${encodeURIComponent(id)}/logs`, { options, query });
  }

  /** The public key that heads are signed with now, as PEM. Every key may ask this. */
  getPublicKeyPem(query: GetPublicKeyPemQuery = {}, options?: AskOptions): Promise<Reply> {
    return this.send('GET', '/api/v1/receipts/public-key.pem', { options, query });
  }

  /** The public key that heads are signed with now, as a JSON Web Key. Every key may ask this. */
  getPublicKeyJwk(query: GetPublicKeyJwkQuery = {}, options?: AskOptions): Promise<GetPublicKeyJwkAnswer> {
    return this.ask('GET', '/api/v1/receipts/public-key.jwk', { options, query });
  }

  /** All public keys that heads were ever signed with, as a set of JSON Web Keys. Every key may ask this. */
  listPublicKeys(query: ListPublicKeysQuery = {}, options?: AskOptions): Promise<ListPublicKeysAnswer> {
    return this.ask('GET', '/api/v1/receipts/public-keys.json', { options, query });
  }

  /** The signed heads of all batches, in the order of logs and numbers. They name nobody. Publish the newest ones where nobody can change them later. Needs `receipts:read`. */
  listReceiptHeads(query: ListReceiptHeadsQuery = {}, options?: AskOptions): Promise<ListReceiptHeadsAnswer> {
    return this.ask('GET', '/api/v1/receipts/heads', { options, query });
  }

  /** The public keys that heads are signed with. Needs `receipts:read`. */
  listReceiptKeys(query: ListReceiptKeysQuery = {}, options?: AskOptions): Promise<ListReceiptKeysAnswer> {
    return this.ask('GET', '/api/v1/receipts/keys', { options, query });
  }

  /** All receipts of a time, with all that proves them. Lines of canonical JSON for `verifyExport` of @keelson/core. The heads of all batches are there, and of the receipts those that may be seen. Needs `receipts:read`. */
  exportReceipts(query: ExportReceiptsQuery = {}, options?: AskOptions): Promise<Reply> {
    return this.send('GET', '/api/v1/receipts/export', { options, query });
  }

  /** Verifies a receipt or an export. As everybody can without us, with `verifyReceipt` and `verifyExport` of @keelson/core; longer exports than fit here are verified there. Needs `receipts:read`. */
  verifyReceipts(body: VerifyReceiptsBody, query: VerifyReceiptsQuery = {}, options?: AskOptions): Promise<VerifyReceiptsAnswer> {
    return this.ask('POST', '/api/v1/receipts/verify', { options, query, body });
  }

  /** One receipt with its proof. What is answered is what `verifyReceipt` of @keelson/core takes, with keys from a source that you trust: no server is needed to verify it. Needs `receipts:read`. */
  getReceipt(id: string, query: GetReceiptQuery = {}, options?: AskOptions): Promise<GetReceiptAnswer> {
    return this.ask('GET', `/api/v1/receipts/${encodeURIComponent(id)}`, { options, query });
  }

  /** Conversations of the project, the newest first. Needs `conversations:read`. */
  listConversations(query: ListConversationsQuery = {}, options?: AskOptions): Promise<ListConversationsAnswer> {
    return this.ask('GET', '/api/v1/conversations', { options, query });
  }

  /** Begins a conversation. Needs `conversations:write`. */
  createConversation(body: CreateConversationBody, query: CreateConversationQuery = {}, options?: AskOptions): Promise<CreateConversationAnswer> {
    return this.ask('POST', '/api/v1/conversations', { options, query, body });
  }

  /** Keeps what was said elsewhere, in a new conversation or in one that there is. Needs `conversations:write`. */
  logConversation(body: LogConversationBody, query: LogConversationQuery = {}, options?: AskOptions): Promise<LogConversationAnswer> {
    return this.ask('POST', '/api/v1/conversations/log', { options, query, body });
  }

  /** One conversation. Needs `conversations:read`. */
  getConversation(id: string, query: GetConversationQuery = {}, options?: AskOptions): Promise<GetConversationAnswer> {
    return this.ask('GET', `/api/v1/conversations/${encodeURIComponent(id)}`, { options, query });
  }

  /** Changes a conversation. What its logging or its retention does not allow any more goes at once. Needs `conversations:write`. */
  updateConversation(id: string, body: UpdateConversationBody, query: UpdateConversationQuery = {}, options?: AskOptions): Promise<UpdateConversationAnswer> {
    return this.ask('PATCH', `/api/v1/conversations/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** Messages of a conversation, in order. Needs `conversations:read`. */
  listMessages(id: string, query: ListMessagesQuery = {}, options?: AskOptions): Promise<ListMessagesAnswer> {
    return this.ask('GET', `/api/v1/conversations/${encodeURIComponent(id)}/messages`, { options, query });
  }

  /** Adds a message. Needs `conversations:write`. */
  addMessage(id: string, body: AddMessageBody, query: AddMessageQuery = {}, options?: AskOptions): Promise<AddMessageAnswer> {
    return this.ask('POST', `/api/v1/conversations/${encodeURIComponent(id)}/messages`, { options, query, body });
  }

  /** Removes old messages, or all. Needs `conversations:write`. */
  removeMessages(id: string, query: RemoveMessagesQuery = {}, options?: AskOptions): Promise<RemoveMessagesAnswer> {
    return this.ask('DELETE', `/api/v1/conversations/${encodeURIComponent(id)}/messages`, { options, query });
  }

  /** Adds several messages, all or none. Needs `conversations:write`. */
  addMessages(id: string, body: AddMessagesBody, query: AddMessagesQuery = {}, options?: AskOptions): Promise<AddMessagesAnswer> {
    return this.ask('POST', `/api/v1/conversations/${encodeURIComponent(id)}/messages/batch`, { options, query, body });
  }

  /** The flows of the workspace, by name, the newest version of each. Needs `flows:read`. */
  listFlows(query: ListFlowsQuery = {}, options?: AskOptions): Promise<ListFlowsAnswer> {
    return this.ask('GET', '/api/v1/flows', { options, query });
  }

  /** Everything that is wrong with a flow; nothing is kept. Needs `flows:read`. */
  checkFlow(body: CheckFlowBody, query: CheckFlowQuery = {}, options?: AskOptions): Promise<CheckFlowAnswer> {
    return this.ask('POST', '/api/v1/flows/check', { options, query, body });
  }

  /** Keeps a flow, or another version of it. The name is that of its field `flow`. The same text again changes nothing and is answered with 200. What is wrong with it stands in `details.problems`, all at once. Runs that are under way go on with their version. Needs `flows:write`. */
  putFlow(name: string, body: PutFlowBody, query: PutFlowQuery = {}, options?: AskOptions): Promise<PutFlowAnswer> {
    return this.ask('PUT', `/api/v1/flows/${encodeURIComponent(name)}`, { options, query, body });
  }

  /** One flow, with its text. Needs `flows:read`. */
  getFlow(name: string, query: GetFlowQuery = {}, options?: AskOptions): Promise<GetFlowAnswer> {
    return this.ask('GET', `/api/v1/flows/${encodeURIComponent(name)}`, { options, query });
  }

  /** Removes a flow, and shows it a last time. No run starts with it any more; those that are under way go on. Needs `flows:write`. */
  removeFlow(name: string, query: RemoveFlowQuery = {}, options?: AskOptions): Promise<RemoveFlowAnswer> {
    return this.ask('DELETE', `/api/v1/flows/${encodeURIComponent(name)}`, { options, query });
  }

  /** What a run would cost and how long it would take; nothing is run. Needs `flows:read`. */
  estimateFlow(name: string, body: EstimateFlowBody, query: EstimateFlowQuery = {}, options?: AskOptions): Promise<EstimateFlowAnswer> {
    return this.ask('POST', `/api/v1/flows/${encodeURIComponent(name)}/estimate`, { options, query, body });
  }

  /** Runs of the workspace, the newest first. Needs `runs:read`. */
  listRuns(query: ListRunsQuery = {}, options?: AskOptions): Promise<ListRunsAnswer> {
    return this.ask('GET', '/api/v1/runs', { options, query });
  }

  /** Starts a run of a flow. On behalf of the key that asks: its budgets hold, and its models. A worker takes it up; this answer does not wait for that. With a `key` that was used before, the run of that time is answered with 200. Needs `runs:write`. */
  startRun(body: StartRunBody, query: StartRunQuery = {}, options?: AskOptions): Promise<StartRunAnswer> {
    return this.ask('POST', '/api/v1/runs', { options, query, body });
  }

  /** One run. Needs `runs:read`. */
  getRun(id: string, query: GetRunQuery = {}, options?: AskOptions): Promise<GetRunAnswer> {
    return this.ask('GET', `/api/v1/runs/${encodeURIComponent(id)}`, { options, query });
  }

  /** What a run did and what its nodes wait for, in the order of their paths. Needs `runs:read`. */
  listRunSteps(id: string, query: ListRunStepsQuery = {}, options?: AskOptions): Promise<ListRunStepsAnswer> {
    return this.ask('GET', `/api/v1/runs/${encodeURIComponent(id)}/steps`, { options, query });
  }

  /** Ends a run. With the runs that it started. What it has done stays done. One that is over is refused. Needs `runs:write`. */
  cancelRun(id: string, body: CancelRunBody, query: CancelRunQuery = {}, options?: AskOptions): Promise<CancelRunAnswer> {
    return this.ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/cancel`, { options, query, body });
  }

  /** A new run with the results of one that is over. But for the paths that are named, and for approvals, which are asked again. It is on behalf of whoever started the first one. Needs `runs:write`. */
  replayRun(id: string, body: ReplayRunBody, query: ReplayRunQuery = {}, options?: AskOptions): Promise<ReplayRunAnswer> {
    return this.ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/replay`, { options, query, body });
  }

  /** Says what becomes of a run that is stopped. A run stops when no worker has its version, and after a backup was restored. The answer is the run that goes on. Needs `runs:write`. */
  resolveRun(id: string, body: ResolveRunBody, query: ResolveRunQuery = {}, options?: AskOptions): Promise<ResolveRunAnswer> {
    return this.ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/resolve`, { options, query, body });
  }

  /** Sends a run an event. For a node that waits for this name, also one that comes to wait later. A run that is over is refused. Needs `runs:write`. */
  signalRun(id: string, body: SignalRunBody, query: SignalRunQuery = {}, options?: AskOptions): Promise<SignalRunAnswer> {
    return this.ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/signals`, { options, query, body });
  }

  /** Says what an interrupted step came to, where somebody knows. For a step that was under way when its worker died and may not be done twice. The run goes on with this result. Needs `runs:write`. */
  supplyRunResult(id: string, body: SupplyRunResultBody, query: SupplyRunResultQuery = {}, options?: AskOptions): Promise<SupplyRunResultAnswer> {
    return this.ask('POST', `/api/v1/runs/${encodeURIComponent(id)}/results`, { options, query, body });
  }

  /** What happens to a run, from its beginning to its end. Server-sent events: `step` with a step as GET /runs/{id}/steps shows it, `note` (a failed attempt, or what recovery makes of it), `waiting` with all that it waits for, `end` with the run, after which nothing comes. With `runs.content:read` also outputs, and `text` with pieces of answers as they come, which are kept nowhere. A stream without `end` broke off: ask again with `after`. Needs `runs:read`. */
  followRun(id: string, query: FollowRunQuery = {}, options?: AskOptions): Promise<Reply> {
    return this.send('GET', `/api/v1/runs/${encodeURIComponent(id)}/events`, { options, query });
  }

  /** What runs of the workspace ask people, the newest first. Needs `runs:read`. */
  listApprovals(query: ListApprovalsQuery = {}, options?: AskOptions): Promise<ListApprovalsAnswer> {
    return this.ask('GET', '/api/v1/approvals', { options, query });
  }

  /** The same for whoever was sent its token, and needs no key. The answer shows what was asked. It stands in the audit log as decided by `nobody`. Nobody needs a key for this. */
  decideByToken(body: DecideByTokenBody, options?: AskOptions): Promise<DecideByTokenAnswer> {
    return this.ask('POST', '/api/v1/approvals/decide', { options, body });
  }

  /** Approves what a run asks, or rejects it. Once: what was decided, or has expired, is refused. Needs `runs:approve`. */
  decideApproval(id: string, body: DecideApprovalBody, query: DecideApprovalQuery = {}, options?: AskOptions): Promise<DecideApprovalAnswer> {
    return this.ask('POST', `/api/v1/approvals/${encodeURIComponent(id)}/decide`, { options, query, body });
  }

  /** The schedules of the workspace. Needs `runs:read`. */
  listSchedules(query: ListSchedulesQuery = {}, options?: AskOptions): Promise<ListSchedulesAnswer> {
    return this.ask('GET', '/api/v1/schedules', { options, query });
  }

  /** Makes a schedule, or puts another in its place. Its runs are on behalf of the key that puts it. A time that nobody was there for is made up for once. Needs `runs:write`. */
  putSchedule(id: string, body: PutScheduleBody, query: PutScheduleQuery = {}, options?: AskOptions): Promise<PutScheduleAnswer> {
    return this.ask('PUT', `/api/v1/schedules/${encodeURIComponent(id)}`, { options, query, body });
  }

  /** One schedule. Needs `runs:read`. */
  getSchedule(id: string, query: GetScheduleQuery = {}, options?: AskOptions): Promise<GetScheduleAnswer> {
    return this.ask('GET', `/api/v1/schedules/${encodeURIComponent(id)}`, { options, query });
  }

  /** Removes a schedule, and shows it a last time. Runs that it started go on. Needs `runs:write`. */
  removeSchedule(id: string, query: RemoveScheduleQuery = {}, options?: AskOptions): Promise<RemoveScheduleAnswer> {
    return this.ask('DELETE', `/api/v1/schedules/${encodeURIComponent(id)}`, { options, query });
  }

  /** Asks for an organisation, a project in it and a key. Refused unless KEELSON_REGISTRATION allows it. That the terms were accepted, and by whom, stands in the audit log of the installation. Nobody needs a key for this. */
  register(body: RegisterBody, options?: AskOptions): Promise<RegisterAnswer> {
    return this.ask('POST', '/api/v1/register', { options, body });
  }

  /** Registrations, the newest first. Needs `organisation:write`. */
  listRegistrations(query: ListRegistrationsQuery = {}, options?: AskOptions): Promise<ListRegistrationsAnswer> {
    return this.ask('GET', '/api/v1/registrations', { options, query });
  }

  /** Approves a registration, or refuses it. Needs `organisation:write`. */
  decideRegistration(id: string, body: DecideRegistrationBody, options?: AskOptions): Promise<DecideRegistrationAnswer> {
    return this.ask('POST', `/api/v1/registrations/${encodeURIComponent(id)}/decide`, { options, body });
  }

  /** Makes the key of a registration good, with what was sent. Nobody needs a key for this. */
  confirmRegistration(body: ConfirmRegistrationBody, options?: AskOptions): Promise<ConfirmRegistrationAnswer> {
    return this.ask('POST', '/api/v1/register/confirm', { options, body });
  }
}
