/** Values that satisfy a JSON schema, for tool arguments and structured output. */
export { inventInstance } from './invent-instance.ts';
