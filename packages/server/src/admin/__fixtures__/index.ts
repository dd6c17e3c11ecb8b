// What the tests of the management API share.
export { type ApiKit, openApiKit, ownerKey } from './api-kit.ts';
export { databases } from './databases.ts';
export { openKit as openConfigurationKit } from '../../configuration/__fixtures__/live-kit.ts';
