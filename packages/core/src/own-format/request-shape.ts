/**
 * The shape of a chat request in our own format. Annotations are taken with parts and turns alone: on the request itself they
 * could write over the model and the limits by which it was planned and paid for.
 */
import type {
  AllowedTool,
  AssistantTurn,
  CacheHints,
  ChatRequest,
  CompletionOptions,
  CustomTool,
  FunctionTool,
  Metadata,
  NativeTool,
  OutputFormat,
  OutputOptions,
  Reasoning,
  Sampling,
  ServiceOptions,
  StreamOptions,
  SystemTurn,
  ToolChoice,
  ToolTurn,
  UserTurn,
} from '../message/index.ts';
import { annotations, cacheMark, parts, textPart, toolResults } from './part-shapes.ts';
import { type Check, flag, json, jsonObject, list, number, object, oneOf, tagged, text } from './shape.ts';

/** Annotations of what is no part or turn are not taken. */
type Plain<Type> = Omit<Type, 'extensions' | 'spelling'>;

const role = text;
const turn = tagged('role', {
  system: object<SystemTurn>({ role, parts, name: text, ...annotations }, ['role', 'parts']),
  user: object<UserTurn>({ role, parts, name: text, ...annotations }, ['role', 'parts']),
  assistant: object<AssistantTurn>({ role, parts, name: text, prefix: flag, ...annotations }, [
    'role',
    'parts',
  ]),
  tool: object<ToolTurn>({ role, parts: toolResults, ...annotations }, ['role', 'parts']),
});

const type = text;
const texts = list(text);
const tool = tagged('type', {
  function: object<Plain<FunctionTool>>(
    {
      type,
      name: text,
      description: text,
      parameters: json,
      strict: flag,
      returns: json,
      behavior: text,
      cache: cacheMark,
      deferLoading: flag,
      eagerInput: flag,
      allowedCallers: texts,
      inputExamples: list(json),
      async: flag,
      outputSchema: json,
    },
    ['type', 'name'],
  ),
  custom: object<Plain<CustomTool>>(
    {
      type,
      name: text,
      description: text,
      format: jsonObject,
      deferLoading: flag,
      allowedCallers: texts,
      async: flag,
    },
    ['type', 'name'],
  ),
  native: object<Plain<NativeTool>>({ type, dialect: text, value: jsonObject }, ['type', 'dialect', 'value']),
});

type Choice<Type extends ToolChoice['type']> = Plain<Extract<ToolChoice, { type: Type }>>;
const justAChoice = object<{ readonly type: string }>({ type }, ['type']);
const allowedTool = object<Plain<AllowedTool>>({ type: oneOf('function', 'custom'), name: text }, [
  'type',
  'name',
]);
const toolChoice = tagged('type', {
  auto: justAChoice,
  none: justAChoice,
  required: justAChoice,
  tool: object<Choice<'tool'>>({ type, name: text, custom: flag }, ['type', 'name']),
  allowed: object<Choice<'allowed'>>({ type, mode: oneOf('auto', 'required'), tools: list(allowedTool) }, [
    'type',
    'mode',
    'tools',
  ]),
  native: object<Choice<'native'>>({ type, dialect: text, value: json }, ['type', 'dialect', 'value']),
});

const outputFormat = tagged('type', {
  text: justAChoice,
  json: justAChoice,
  'json-schema': object<Plain<Extract<OutputFormat, { type: 'json-schema' }>>>(
    { type, schema: json, name: text, description: text, strict: flag },
    ['type'],
  ),
});

const sampling = object<Sampling>(
  {
    temperature: number,
    topP: number,
    topK: number,
    seed: number,
    frequencyPenalty: number,
    presencePenalty: number,
    logitBias: jsonObject,
    choices: number,
    logprobs: flag,
    topLogprobs: number,
  },
  [],
);

const reasoning = object<Plain<Reasoning>>(
  {
    effort: text,
    budgetTokens: number,
    mode: text,
    display: text,
    promptMode: text,
    summary: text,
    context: text,
  },
  [],
);

const cache = object<CacheHints>(
  { key: text, content: text, retention: text, options: jsonObject, mark: cacheMark },
  [],
);

const metadata = object<Metadata>(
  { userId: text, safetyId: text, profileId: text, workspaceId: text, tags: jsonObject },
  [],
);

const jsons = list(json);
const service = object<ServiceOptions>(
  {
    tier: text,
    speed: text,
    region: text,
    store: flag,
    container: json,
    moderation: jsonObject,
    webSearch: jsonObject,
    contextManagement: jsonObject,
    mcpServers: jsons,
    diagnostics: jsonObject,
    taskBudget: jsonObject,
    runtimeOptions: jsonObject,
    keepAlive: json,
    promptTemplate: text,
    rawPrompt: flag,
    promptState: json,
    latency: text,
    guardrail: jsonObject,
    promptVariables: jsonObject,
    modelFields: jsonObject,
    answerFields: texts,
    safePrompt: flag,
    guardrails: jsons,
    previousResponseId: text,
    conversation: json,
    background: flag,
    include: texts,
    truncation: text,
    compaction: jsons,
    maxToolCalls: number,
    prompt: jsonObject,
    accessPrograms: jsonObject,
    imageOptions: jsonObject,
    documents: jsons,
    citations: jsonObject,
    safetyMode: text,
    priority: number,
    safety: jsons,
    modelArmor: jsonObject,
    continuation: text,
    outputStorage: jsonObject,
    retrieval: jsonObject,
    showHostedCalls: flag,
    routing: jsonObject,
    modelSelection: jsonObject,
    civicAnswers: flag,
    affectiveDialog: flag,
    transcription: jsonObject,
    translation: jsonObject,
    audioTimestamps: flag,
    mediaResolution: text,
  },
  [],
);

const output = object<OutputOptions>(
  {
    modalities: texts,
    audio: jsonObject,
    verbosity: text,
    speech: jsonObject,
    image: jsonObject,
    formats: jsons,
    prediction: jsonObject,
    suffix: text,
  },
  [],
);

const completion = object<CompletionOptions>({ bestOf: number, echo: flag, suffix: text }, []);
const streamOptions = object<Omit<StreamOptions, 'framing'>>(
  { usage: flag, obfuscation: flag, callArguments: flag },
  [],
);

/** Of all headers, those that formats read of their callers. */
const betas = object<{ readonly 'anthropic-beta'?: string }>({ 'anthropic-beta': text }, []);
const headers: Check = object<{ readonly 'anthropic-messages'?: object }>(
  { 'anthropic-messages': betas },
  [],
);

/** Fields that a caller cannot set. */
type Ours = 'dialect' | 'answer' | 'extensions' | 'spelling';

export const chatRequest = object<Omit<ChatRequest, Ours>>(
  {
    model: text,
    system: list(textPart),
    turns: list(turn),
    tools: list(tool),
    toolChoice,
    parallelTools: flag,
    outputFormat,
    sampling,
    stop: texts,
    maxOutputTokens: number,
    reasoning,
    cache,
    metadata,
    service,
    output,
    completion,
    stream: flag,
    streamOptions,
    headers,
    purpose: oneOf('answer', 'count-tokens'),
  },
  ['model', 'turns'],
);
