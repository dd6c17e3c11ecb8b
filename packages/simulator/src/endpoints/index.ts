/** Everything that can be asked of the simulated vendor. */
export { createChatEndpoint } from './chat-endpoint.ts';
export { embeddings } from './embeddings.ts';
export type { Answer, Endpoint, Instruction, Question } from './endpoint.ts';
export { models } from './models.ts';
export { renderPlainError } from './plain-body.ts';
export { rerank } from './rerank.ts';
