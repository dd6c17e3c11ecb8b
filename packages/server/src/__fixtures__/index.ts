// What the tests of the server share.
export { createTestApp, otherKey, testKey } from './test-app.ts';
export { ask, processKey, type ServerProcess, spawnServer, startLoad, startProcess } from './server-process.ts';
