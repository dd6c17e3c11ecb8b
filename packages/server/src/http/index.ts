// The lowest room of the server: what every HTTP answer has in common. Routes that belong to the gateway or to the
// admin API do not belong here.
export { applyAliasFile } from './alias-file.ts';
export { callerAddress, noProxies, parseProxies, type TrustedProxies } from './caller-address.ts';
export { checkAtStart } from './check-at-start.ts';
export { allowOrigins, type CorsOrigins, isOrigin } from './cors.ts';
export { sendTagged, type TaggedText } from './entity-tag.ts';
export { type HealthOptions, registerHealth } from './health.ts';
export { explainListenError, type ListenTarget, renderUrl } from './listening-address.ts';
export type { OperationSettings } from './operation-settings.ts';
export { readBody, readBytes } from './read-body.ts';
export { createReadiness, type Readiness } from './readiness.ts';
export { secureAnswers } from './secure-answers.ts';
export { parseSettings, type ServerSettings, SettingError, storageTarget } from './settings.ts';
export { createSiblings, type Siblings } from './siblings.ts';
export { createSocketCaller } from './socket-caller.ts';
export { type SocketLimits, socketOptions } from './socket-limits.ts';
export { stopServer } from './stop-server.ts';
export { successStatus } from './success-status.ts';
export { closeUnusedConnections } from './unused-connections.ts';
export type { AllMetrics } from './worker-messages.ts';
export { isFirstWorker, runWorkers } from './workers.ts';
