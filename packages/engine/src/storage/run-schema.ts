/** The tables of durable runs, as `schema.ts` has those of everything else. Times are milliseconds since 1970. */

export interface RunRow {
  id: string;
  workspace: string;
  flow: string;
  version: string;
  /** Flow and version in one. */
  graph: string;
  state: string;
  /** By which a second start finds the first; unique in its workspace. */
  start_key: string | null;
  /** JSON, as are `output`, `error` and `waits`. */
  input: string;
  output: string | null;
  error: string | null;
  parent_id: string | null;
  parent_path: string | null;
  replay_of: string | null;
  limit_key: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  deadline_at: number | null;
  /** From when a worker may take it; null while one has it, when only news may wake it, and once it is over. */
  available_at: number | null;
  lease_owner: string | null;
  /** How often it was taken. */
  epoch: number;
  /** How often something happened that it may wait for. */
  wakes: number;
  /** Of its changes, as far as they were told when it was last let go of. */
  last_seq: number;
  waits: string | null;
  /** Somebody wants it to end. */
  cancel_reason: string | null;
}

export interface RunStepRow {
  run_id: string;
  path: string;
  /** Of its last change, among all changes of the run. */
  seq: number;
  kind: string;
  state: string;
  input_hash: string | null;
  /** JSON: the value of a step that is done, the error of one that failed. */
  outcome: string | null;
  /** How often it was under way when its worker died. */
  interrupted: number;
  wake_at: number | null;
  /** What it waits for: the name of an event, the id of an approval or of a run. */
  subject: string | null;
  epoch: number;
  started_at: number;
  finished_at: number | null;
}

interface RunEventRow {
  run_id: string;
  seq: number;
  at: number;
  kind: string;
  data: string;
}

interface RunSignalRow {
  run_id: string;
  id: string;
  name: string;
  payload: string;
  sender: string | null;
  at: number;
  /** The path of the step that took it. */
  taken_by: string | null;
}

export interface RunApprovalRow {
  id: string;
  run_id: string;
  path: string;
  workspace: string;
  input_hash: string;
  asked: string;
  created_at: number;
  expires_at: number;
  signature: string;
  decision: string | null;
  decided_at: number | null;
  decided_by: string | null;
  note: string | null;
  decision_signature: string | null;
  used_at: number | null;
}

interface RunWorkerRow {
  id: string;
  host: string;
  started_at: number;
  /** Counted up while it lives; no clock is compared with another. */
  beat: number;
  /** JSON: the flows it knows. */
  graphs: string;
}

interface RunLimitRow {
  limit_key: string;
  most: number;
  changed_at: number;
}

export interface RunScheduleRow {
  id: string;
  workspace: string;
  flow: string;
  input: string;
  pattern: string;
  zone: string;
  is_paused: number;
  next_at: number;
  last_at: number | null;
  last_run: string | null;
  created_at: number;
}

export interface FlowVersionRow {
  workspace: string;
  name: string;
  version: string;
  text: string;
  description: string | null;
  /** JSON: the flows inside it by name, with their versions. */
  uses: string;
  created_at: number;
  created_by: string | null;
}

interface FlowHeadRow {
  workspace: string;
  name: string;
  version: string;
}

export interface RunTables {
  flow_versions: FlowVersionRow;
  flow_heads: FlowHeadRow;
  runs: RunRow;
  run_steps: RunStepRow;
  run_events: RunEventRow;
  run_signals: RunSignalRow;
  run_approvals: RunApprovalRow;
  run_workers: RunWorkerRow;
  run_limits: RunLimitRow;
  run_schedules: RunScheduleRow;
}
