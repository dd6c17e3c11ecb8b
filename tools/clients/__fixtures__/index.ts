/** What the tests of the clients borrow: a server with its management API. */
export { type ApiKit, openApiKit, ownerKey } from '../../../packages/server/src/admin/__fixtures__/index.ts';
