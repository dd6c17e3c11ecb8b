// What tests of blocks share: clocks, environments, a model that follows a script, and a small agent.
export { failed } from './failed.ts';
export { inRun } from './in-run.ts';
export { withModel } from './scripted-model.ts';
export { delegate, type Said, type ToolCall, testAgent } from './test-agent.ts';
export { handClock, restlessClock } from './test-clock.ts';
export { testEnvironment } from './test-environment.ts';
