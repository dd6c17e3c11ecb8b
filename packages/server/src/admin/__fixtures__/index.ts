// What the tests of the management API share.
export { type ApiAnswer, type ApiKit, openApiKit, ownerKey } from './api-kit.ts';
export { databases } from './databases.ts';
