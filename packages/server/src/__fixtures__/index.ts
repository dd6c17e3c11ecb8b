// What the tests of the server share.
export { createTestApp, otherKey, testKey } from './test-app.ts';
