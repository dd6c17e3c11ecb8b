/** Databases for the tests of the whole engine; they are those of the room that keeps things. */
export { createFile, createPostgres, deps, type TestDatabase } from '../storage/__fixtures__/index.ts';
