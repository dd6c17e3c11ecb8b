// What the tests of the management API share.
export { type ApiAnswer, type ApiKit, openApiKit } from './api-kit.ts';
