/** What tests of other rooms use of this room's fixtures: databases to keep things in. */
export { createFile, createPostgres, deps, kinds, queryOnce, type TestDatabase } from './databases.ts';
