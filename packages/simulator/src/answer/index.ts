/** The canonical answer that the simulator gives, from a request and a script. Wire formats do not belong here. */
export { type AnswerPlace, composeAnswer } from './compose-answer.ts';
export { type Prompt, readPrompt } from './prompt.ts';
export { checkSignatures } from './signature.ts';
export { streamEvents } from './stream-events.ts';
