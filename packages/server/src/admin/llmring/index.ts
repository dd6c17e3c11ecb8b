// What clients of LLMRing 3.5 ask, answered by what Keelson has. Nothing is stored here that the management API does not show as well.
export { projectKeyHeader } from './project-caller.ts';
export { serveLlmring, sharedPaths } from './serve-llmring.ts';
