/** Errors as a run keeps them: what is ours whole, of what is foreign the class and nothing else. */
import { type JsonObject, KeelsonError } from '@keelson/core';
import type { RunFailure } from '../storage/index.ts';

/** Fails the run, or a step, with exactly this: for whoever has a failure that is fit to be kept. */
export class RunFailed extends Error {
  override readonly name = 'RunFailed';
  readonly failure: RunFailure;

  constructor(failure: RunFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

export function toRunFailure(thrown: unknown): RunFailure {
  if (thrown instanceof RunFailed) return thrown.failure;
  if (KeelsonError.is(thrown)) {
    const { code, message, hint, details } = thrown;
    return {
      code,
      message,
      hint,
      ...(Object.keys(details).length > 0 && { details: { ...details } as JsonObject }),
    };
  }
  const kind = thrown instanceof Error ? thrown.constructor.name : typeof thrown;
  return { code: 'step_failed', message: `A ${kind} was thrown.` };
}

/** All that this room itself records as a failure; docs/durable-runs.md says of each what to do. */
export const failures = {
  stepTimeout: (ms: number): RunFailure => ({
    code: 'step_timeout',
    message: `The step had not ended ${ms} ms after it began; whether it still does is not known.`,
    hint: 'Allow it more time, or make it listen to its signal.',
  }),
  notJson: (): RunFailure => ({
    code: 'step_result_invalid',
    message: 'The result of the step cannot be written as JSON.',
    hint: 'Return plain values: texts, finite numbers, truth values, null, lists and objects of them.',
  }),
  tooLarge: (characters: number, most: number): RunFailure => ({
    code: 'step_result_too_large',
    message: `The result of the step has ${characters} characters; ${most} is the limit.`,
    hint: 'Keep the result elsewhere, and return where it is.',
  }),
  eventTimeout: (name: string): RunFailure => ({
    code: 'run_event_timeout',
    message: `The event \`${name}\` did not come in time.`,
    hint: 'Start the run again, or allow more time.',
  }),
  approvalExpired: (): RunFailure => ({
    code: 'approval_expired',
    message: 'Nobody answered before the approval expired.',
    hint: 'Start the run again, or let approvals last longer.',
  }),
  approvalInvalid: (problem: string): RunFailure => ({
    code: 'approval_invalid',
    message: `The answer cannot be used: ${problem}.`,
    hint: 'Nothing was done. Find out who changed it, and start the run again.',
  }),
  runDeadline: (): RunFailure => ({
    code: 'run_deadline',
    message: 'The run was not over at its deadline.',
    hint: 'Start it again with more time.',
  }),
  cancelled: (reason: string): RunFailure => ({
    code: 'cancelled',
    message: `The run was cancelled: ${reason}`,
  }),
  waitsForNothing: (): RunFailure => ({
    code: 'run_waits_for_nothing',
    message: 'The flow suspended, and none of its steps waits for anything.',
    hint: 'Suspend only after a step whose outcome is `waiting`.',
  }),
  graphVersionMismatch: (flow: string, version: string): RunFailure => ({
    code: 'graph_version_mismatch',
    message: `The run was started with version \`${version}\` of \`${flow}\`, which no worker has any more.`,
    hint: 'Continue it where a worker has that version, restart it with a newer one, or abandon it.',
  }),
} as const;
