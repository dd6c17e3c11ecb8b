/** What the tests of the whole engine share. */
export { ask, openSmallEngine, type SmallEngine } from './small-engine.ts';
