// Endpoints whose calls pass in the vendor's own format: descriptions, and reading of their bodies as far as anybody must
// understand them. Sending them and paying for them is `calls`.

export { type BatchShare, measureBatch } from './batch-input.ts';
export { isClaudeBody } from './cloud-endpoints.ts';
export { findPassed, findPassedWay, passedEndpoints } from './find-passed.ts';
export { fieldNamed, fieldsOf, readMultipart, replaceField } from './multipart.ts';
export { type PassedDialect, passedDialects } from './passed-dialects.ts';
export type { Measure, PassedContent, PassedEndpoint, PassedWay } from './passed-endpoint.ts';
export { farewell, SocketFrames } from './socket-frames.ts';
export { isFinalBatch, readOutputLine } from './stored-endpoints.ts';
