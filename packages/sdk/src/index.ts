/**
 * The client for applications: `connect` speaks to a gateway from browsers, edge runtimes and Node; `local` runs the engine in this
 * process. Both give the same interface.
 */
export type {
  CallCost,
  CallReport,
  ChatEvent,
  ChatMessage,
  ChatRequest,
  ErrorCode,
  Loss,
  Part,
  ReceiptKey,
  ReceiptProof,
  ReceiptVerdict,
  ReportedAttempt,
  Tool,
  ToolCallPart,
  Turn,
  Usage,
} from '@keelson/core';
export { KeelsonError } from '@keelson/core';
export type {
  CallOptions,
  ConversationStore,
  ExplainedCandidate,
  ExplainQuestion,
  Explanation,
  Model,
  RecordedCall,
} from './backend.ts';
export { CallError } from './call-error.ts';
export type { ChatAsk } from './chat-ask.ts';
export type { ChatResult, Told } from './chat-result.ts';
export type { ChatStream } from './chat-stream.ts';
export type {
  Client,
  EmbedAnswer,
  EmbedAsk,
  ReceiptDesk,
  RerankAnswer,
  RerankAsk,
  TokenCount,
} from './client.ts';
export { type ConnectOptions, connect } from './connect.ts';
export type {
  Conversation,
  ConversationAsk,
  ConversationOptions,
  ConversationResult,
} from './conversation.ts';
export { type FileOptions, type FileSource, file, KeelsonFile } from './file.ts';
export { type LocalOptions, local } from './local.ts';
export { type RecordingOptions, recordAnthropic, recordOpenAI } from './recording/index.ts';
export { OutputError, type OutputOf, type Schema, type SchemaIssue, withJsonSchema } from './schema.ts';
export { type RunnableTool, type ToolCall, ToolError, type Tools, tool } from './tools.ts';
