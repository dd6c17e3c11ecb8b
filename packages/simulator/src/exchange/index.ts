/** From a request on the socket to its answer. */
export { handleRequest } from './handle-request.ts';
export type { Simulation } from './simulation.ts';
