/**
 * Anthropic Messages as it is on the wire: names, rows that map one to one, and quirks. Facts were read from the official
 * SDK's types (1.11, October 2026, API version 2026-10-21) and from recorded traffic of version 2023-06-01.
 */
import { matchPaths, type NameRule, type Relay, type WireField } from '../../message/index.ts';

export const name = 'anthropic-messages';

export const path = '/messages';
export const countTokensPath = '/messages/count_tokens';

/** Hosts that name the model in the path, and whether to stream, and take the version of the format in the body. */
export interface HostPaths {
  readonly whole: string;
  readonly stream: string;
  /** Sent when the caller's request names none of this host. */
  readonly version: string;
  readonly versions: RegExp;
}

export type HostStyle = 'invoke' | 'raw-predict';

/** Bedrock and Vertex (documented October 2026). */
export const hosts: Readonly<Record<HostStyle, HostPaths>> = {
  invoke: {
    whole: '/model/{model}/invoke',
    stream: '/model/{model}/invoke-with-response-stream',
    version: 'bedrock-2023-05-31',
    versions: /^bedrock-/,
  },
  'raw-predict': {
    whole: '/models/{model}:rawPredict',
    stream: '/models/{model}:streamRawPredict',
    version: 'vertex-2023-10-16',
    versions: /^vertex-/,
  },
};

/** What stands in place of a model where Vertex counts tokens. */
export const countingModel = 'count-tokens';

export const paths: readonly string[] = [
  path,
  countTokensPath,
  ...Object.values(hosts).flatMap(({ whole, stream }) => [whole, stream]),
];

/** Whose paths a call came by, when it is not Anthropic's own. */
export function hostOf(callPath: string): HostStyle | undefined {
  const styles = Object.keys(hosts) as HostStyle[];
  return styles.find(
    (style) => matchPaths([hosts[style].whole, hosts[style].stream], callPath) !== undefined,
  );
}

/** Tool names: letters, digits, `_` and `-`, at most 128 (API reference, October 2026). */
export const toolNameRule: NameRule = { maxLength: 128 };
/** Call ids follow the same alphabet; no limit is documented, ours only keeps them sane. */
export const callIdRule: NameRule = { maxLength: 256 };

/** How a host or API version differs. Everything here concerns what we send; parsing accepts every variant. */
export interface AnthropicMessagesQuirks {
  /** `max_tokens` is demanded by the format; this is sent when the caller gave none. */
  readonly defaultMaxTokens: number;
  /** Whether `temperature`, `top_p` and `top_k` exist: in version 2023-06-01, no longer in 2026-10-21. */
  readonly sampling: boolean;
  /** Where a JSON schema goes: `output_config.format`, or `output_format` of the earlier beta. */
  readonly outputFormatField: 'output_config' | 'output_format';
  /** Whether `system` messages may stand among the turns; otherwise they join the instructions. */
  readonly systemTurns: boolean;
  /**
   * How a plain effort is asked for: models before 4.6 know only `thinking.budget_tokens`, later ones
   * `output_config.effort`.
   */
  readonly effort: 'output_config' | 'budget';
  /**
   * Where a host takes calls: `messages` is Anthropic's own; `invoke` (Bedrock) and `raw-predict` (Vertex) have the model and
   * whether to stream in the path, and the version in the body.
   */
  readonly pathStyle: 'messages' | HostStyle;
}

export const quirks: AnthropicMessagesQuirks = {
  defaultMaxTokens: 4096,
  sampling: true,
  outputFormatField: 'output_config',
  systemTurns: true,
  effort: 'output_config',
  pathStyle: 'messages',
};

export const samplingFields: readonly WireField[] = [
  ['temperature', 'sampling.temperature', 'number'],
  ['top_p', 'sampling.topP', 'number'],
  ['top_k', 'sampling.topK', 'number'],
];

export const requestFields: readonly WireField[] = [
  ['max_tokens', 'maxOutputTokens', 'number'],
  ['stop_sequences', 'stop', 'strings'],
  ['stream', 'stream', 'boolean'],
  ['container', 'service.container', 'json'],
  ['context_management', 'service.contextManagement', 'record'],
  ['mcp_servers', 'service.mcpServers', 'list'],
  ['diagnostics', 'service.diagnostics', 'record'],
  ['service_tier', 'service.tier', 'string'],
  ['speed', 'service.speed', 'string'],
  ['inference_geo', 'service.region', 'string'],
  ['user_profile_id', 'metadata.profileId', 'string'],
  ['workspace_id', 'metadata.workspaceId', 'string'],
];

/** `metadata` of a request. */
export const metadataFields: readonly WireField[] = [['user_id', 'metadata.userId', 'string']];

/** `thinking` of a request. */
export const thinkingFields: readonly WireField[] = [
  ['type', 'reasoning.mode', 'string'],
  ['budget_tokens', 'reasoning.budgetTokens', 'number'],
  ['display', 'reasoning.display', 'string'],
];

/** `output_config` of a request, besides its format. */
export const outputConfigFields: readonly WireField[] = [
  ['effort', 'reasoning.effort', 'string'],
  ['task_budget', 'service.taskBudget', 'record'],
];

/** What functions of this folder say besides the rows above. */
export const otherSaidPaths = [
  'toolChoice',
  'parallelTools',
  'outputFormat',
  'cache.mark',
  'streamOptions.usage',
] as const;

/** Headers that change what the API does; everything else is the transport's business. */
export const betaHeader = 'anthropic-beta';
export const behaviourHeaders = [betaHeader, 'anthropic-version'] as const;

/** Calls of tools that the provider runs; their results come as blocks of this dialect. */
export const hostedCallTypes: ReadonlySet<string> = new Set(['server_tool_use', 'mcp_tool_use']);

export const relay: Relay = {
  ways: {
    [countTokensPath]: { path: countTokensPath, isStream: false, purpose: 'count-tokens' },
    [path]: { path },
  },
  model: 'body',
  headers: behaviourHeaders,
  rewritingQuirks: ['pathStyle'],
};
