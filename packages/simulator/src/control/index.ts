/** The control endpoint, by which tests direct the simulator and ask what it was asked. */
export { answerControl, isControlPath } from './answer-control.ts';
