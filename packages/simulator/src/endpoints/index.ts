/** Everything that can be asked of the simulated vendor. */
export { createChatEndpoint } from './chat-endpoint.ts';
export { besideClaude } from './cloud-endpoints.ts';
export { createEmbedEndpoint } from './embed-endpoint.ts';
export type { Answer, Endpoint, Instruction, Question } from './endpoint.ts';
export { createHearing, createImages, moderations, speech } from './media-endpoints.ts';
export { models } from './models.ts';
export { renderPlainError } from './plain-body.ts';
export { createRerankEndpoint } from './rerank-endpoint.ts';
export { createStored } from './stored-endpoints.ts';
