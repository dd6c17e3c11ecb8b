/** Databases for the tests of this room; they are those of the room that keeps things. */
export { createFile, createPostgres, kinds } from '../../storage/__fixtures__/index.ts';
