/**
 * Every reason that the runner and the built-in blocks give for a failure, with the error type that recovery goes by.
 * `docs/blocks.md` repeats this table for people, and a test holds the two together. Blocks of users have reasons of their own.
 */

export const errorTypes = [
  'input',
  'output',
  'llm.rate_limit',
  'llm.timeout',
  'llm.auth',
  'llm.context_length',
  'llm.refusal',
  'llm.error',
  'tool',
  'timeout',
  'suspended',
  'condition',
  'graph',
  'budget',
  'denied',
  'cancelled',
  'internal',
] as const;

/** What recovery selects by. Blocks of users may have types of their own. */
export type ErrorType = (typeof errorTypes)[number] | (string & {});

interface ReasonRow {
  /** `root` where the failure keeps the type of what caused it. */
  readonly errorType: (typeof errorTypes)[number] | 'root';
  readonly means: string;
}

const row = (errorType: ReasonRow['errorType'], means: string): ReasonRow => ({ errorType, means });

export const reasonTable = {
  invalid_graph: row(
    'graph',
    'The definition of a block or graph contradicts itself; told when it is built.',
  ),
  unknown_node: row('graph', 'An edge or an entry names a node that does not exist; told when it is built.'),
  no_transition: row('graph', 'A node has conditions and no way for when none holds; told when it is built.'),
  max_steps_exceeded: row('graph', 'A loop or graph took more steps than it may.'),
  condition_resolution_error: row('condition', 'A flow file names a condition that nobody knows.'),
  condition_execution_error: row('condition', 'A condition threw, or did not give a boolean.'),
  input_mapping_error: row('input', "A node's input could not be made from what there is."),
  invalid_payload: row('input', 'The block was given something that it does not take.'),
  schema_error: row('output', 'The answer did not satisfy the schema, however often the model was asked.'),
  rate_limit_error: row('llm.rate_limit', 'The provider wants fewer requests.'),
  api_key_error: row('llm.auth', "The provider refuses this installation's key."),
  context_length_error: row('llm.context_length', 'The prompt is longer than the model takes.'),
  content_refused: row('llm.refusal', 'The provider or the model refuses to deal with the content.'),
  llm_timeout: row('llm.timeout', 'The model took longer than it may.'),
  llm_execution_failed: row('llm.error', 'The model could not be asked, or gave no answer.'),
  model_unavailable: row('llm.error', 'No function to call models was given to the run.'),
  http_unavailable: row('tool', 'No function to send requests was given to the run.'),
  http_denied: row('denied', 'The installation lets no request go to this address: nothing was sent.'),
  http_unreachable: row('tool', 'The host could not be reached: nothing was sent.'),
  http_interrupted: row('tool', 'No whole answer came: what was sent may have been done.'),
  http_refused: row('tool', 'The host answered that it does not do this.'),
  http_rate_limited: row('tool', 'The host wants fewer requests.'),
  http_failed: row('tool', 'The host answered that it failed.'),
  race_lost: row('cancelled', 'Another branch of the race answered first.'),
  budget_exceeded: row('budget', 'What is left of the budget is less than this may cost.'),
  budget_preflight_rejected: row('budget', 'The estimate does not fit the budget; nothing was begun.'),
  budget_unpriced: row('budget', 'What this may cost is not known, and the budget takes nothing unknown.'),
  deadline_exceeded: row('timeout', 'It took longer than it may.'),
  cancelled: row('cancelled', 'Whoever started the run ended it.'),
  approval_required: row('suspended', 'A person has to say yes or no.'),
  approval_denied: row('denied', 'A person said no.'),
  approval_expired: row('denied', 'Nobody answered before the approval expired.'),
  approval_invalid: row('denied', 'The answer is not one that was given here, to exactly this.'),
  key_revoked: row('denied', 'The key in whose name this runs has been revoked, or has ended.'),
  denied_by_policy: row('denied', "The tool's gate refuses this input."),
  event_awaited: row('suspended', 'An event has to come.'),
  event_timeout: row('timeout', 'The event did not come in time.'),
  time_awaited: row('suspended', 'A time has to come.'),
  interruption_undecided: row(
    'suspended',
    'The step was under way when its worker died, and must not happen twice: a person has to say what became of it.',
  ),
  interrupted: row('internal', 'The step was under way when its worker died, and is not to run again.'),
  waits_inside_effect: row(
    'graph',
    'A step that must not happen twice stopped in its middle; only a step that calls others may wait.',
  ),
  run_diverged: row('graph', 'The run came to the same place with another input than before.'),
  output_not_kept: row('output', 'The output is no JSON, or too much of it, and cannot be kept.'),
  debug_breakpoint_hit: row(
    'suspended',
    'A breakpoint stopped the run; the cause is the failure it stopped at.',
  ),
  repair_execution_failed: row('root', 'The repair threw; the cause is the failure that it was to repair.'),
  unsafe_to_retry: row('root', 'The effect may have happened, and must not happen twice.'),
  non_idempotent_side_effect: row('graph', 'A race would start an effect twice; told when it is built.'),
  rollback_not_supported_for_side_effects: row('internal', 'The ledger cannot undo what happened outside.'),
  call_not_recorded: row('internal', 'A replayed run asks for what its recording does not hold.'),
  recording_failed: row('internal', 'The folder that a run is recorded in cannot be read or written.'),
  unknown_policy_type: row('graph', 'A recovery policy is of no known kind; told when it is built.'),
  invalid_policy: row('graph', 'A recovery policy contradicts itself or another; told when it is built.'),
  internal_error: row('internal', 'Something threw that is no failure of a block; only its class is told.'),
} as const satisfies Record<string, ReasonRow>;

export type Reason = keyof typeof reasonTable;
