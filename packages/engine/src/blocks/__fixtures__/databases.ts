/** Databases for the tests of this room, as the storage's own tests have them. */
export { createFile, createPostgres, deps, queryOnce, type TestDatabase } from '../../storage/__fixtures__/index.ts';
