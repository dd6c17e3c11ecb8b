/** What the tests of the whole engine share. */
export { createAuthority } from './certificates.ts';
export { ask, openSmallEngine, type SmallEngine } from './small-engine.ts';
export { createFile, createPostgres, deps, type TestDatabase } from './databases.ts';
export { createFlowAsker, FlowCaller, type FlowTable, say } from './flow-calls.ts';
