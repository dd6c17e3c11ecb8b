/** Scripts: what a prompt or the control endpoint tells the simulator to answer, from text to a typed value. */
export { keywords } from './keywords.ts';
export { parseScript } from './parse-script.ts';
export { type Content, emptyScript, type Script, type ScriptedUsage } from './script.ts';
