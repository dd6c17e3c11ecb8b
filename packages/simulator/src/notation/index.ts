/** How scripts and faults are written: settings, durations, and the error for what cannot be understood. */
export { parseAssignments } from './assignments.ts';
export { parseDuration } from './duration.ts';
export { refuseScript } from './refusal.ts';
