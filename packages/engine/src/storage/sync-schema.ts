/** The tables of what people and programs share through a server, in the types of schema.ts. */

/** `content` is canonical JSON; null where the profile was removed. */
export interface ProfileRevisionRow {
  workspace: string;
  name: string;
  revision: number;
  digest: string;
  lockfile_digest: string | null;
  content: string | null;
  at: number;
  done_by: string;
  client: string | null;
}

export interface ReportedCallRow {
  workspace: string;
  origin: string;
  id_at_origin: string;
  call_id: string;
  at: number;
}

export interface OriginUsageRow {
  workspace: string;
  starts_at: number;
  origin: string;
  calls: number;
  unpriced: number;
  input_tokens: number;
  output_tokens: number;
  cost_nano_dollars: number;
}

export interface ConversationRow {
  id: string;
  workspace: string;
  title: string | null;
  system_prompt: string | null;
  model_alias: string | null;
  /** JSON: what requests get. */
  settings: string;
  logging: string;
  retention_days: number;
  created_at: number;
  created_by: string;
  updated_at: number;
  expires_at: number;
  /** Of its newest message; numbers are never given twice. */
  last_seq: number;
  /** Counted whether or not they are kept, as are their tokens. */
  messages: number;
  input_tokens: number;
  output_tokens: number;
}

/** `content` and `tool_calls` are JSON; null where only the facts are kept. */
export interface MessageRow {
  conversation: string;
  seq: number;
  role: string;
  content: string | null;
  content_sha256: string;
  tool_calls: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  at: number;
  expires_at: number;
}

export interface RegistrationRow {
  id: string;
  email: string;
  organisation: string;
  project: string;
  address: string;
  state: string;
  secret_sha256: string;
  prefix: string;
  token_sha256: string;
  /** What is to be sent to whoever registers; null once it is of no use any more. */
  message: string | null;
  created_at: number;
  expires_at: number;
  decided_at: number | null;
  key_id: string | null;
}
