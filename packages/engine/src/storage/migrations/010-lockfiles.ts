/** Version 10 of the schema: by which profile of which lockfile the name of a model was read, and which profiles a key may name. */
import type { Migration } from './migration.ts';

export const lockfiles: Migration = {
  number: 10,
  name: 'lockfiles',
  statements: () => [
    'alter table calls add column profile text',
    'alter table calls add column lock_digest text',
    // JSON; null is every profile.
    'alter table keys add column profiles text',
  ],
};
