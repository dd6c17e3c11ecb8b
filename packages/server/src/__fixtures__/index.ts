// What the tests of the server share.
export { createTestApp, testKey } from './test-app.ts';
