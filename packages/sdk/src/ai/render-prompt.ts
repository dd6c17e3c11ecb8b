/** A prompt of the AI SDK becomes canonical turns. What this provider said of a part before comes back in its options. */
import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
  SharedV4FileData,
  SharedV4ProviderOptions,
  SharedV4Warning,
} from '@ai-sdk/provider';
import type { ChatRequest, MediaSource, Part, TextPart, ToolResultPart, Turn } from '@keelson/core';
import { encodeBase64 } from '../file.ts';

type Content = Exclude<LanguageModelV4Message['content'], string>[number];

export interface RenderedPrompt {
  readonly system?: NonNullable<ChatRequest['system']>;
  readonly turns: readonly Turn[];
  readonly warnings: SharedV4Warning[];
}

export function renderPrompt(prompt: LanguageModelV4Prompt): RenderedPrompt {
  const warnings: SharedV4Warning[] = [];
  const first = prompt.findIndex(({ role }) => role !== 'system');
  const leading = first === -1 ? prompt : prompt.slice(0, first);
  const system = leading.map(
    (message): TextPart => ({
      type: 'text',
      text: String(message.content),
      ...kept(message.providerOptions),
    }),
  );
  const turns = prompt.slice(leading.length).map((message) => renderMessage(message, warnings));
  return { ...(system.length > 0 && { system }), turns, warnings };
}

function renderMessage(message: LanguageModelV4Message, warnings: SharedV4Warning[]): Turn {
  switch (message.role) {
    case 'system':
      return { role: 'system', parts: [{ type: 'text', text: message.content }] };
    case 'tool':
      return {
        role: 'tool',
        parts: message.content.flatMap((part) => (part.type === 'tool-result' ? [renderResult(part)] : [])),
      };
    default: {
      const parts = (message.content as readonly Content[]).flatMap((part) => renderPart(part, warnings));
      return { role: message.role, parts };
    }
  }
}

function renderPart(part: Content, warnings: SharedV4Warning[]): Part[] {
  switch (part.type) {
    case 'text':
      return [{ type: 'text', text: part.text, ...kept(part.providerOptions) }];
    case 'file':
      return [{ ...renderFile(part), ...kept(part.providerOptions) }];
    case 'reasoning':
      return [{ type: 'reasoning', text: part.text, ...kept(part.providerOptions) }];
    case 'tool-call':
      return [
        {
          type: 'tool-call',
          id: part.toolCallId,
          name: part.toolName,
          arguments: typeof part.input === 'string' ? part.input : JSON.stringify(part.input ?? {}),
          ...kept(part.providerOptions),
        },
      ];
    case 'tool-result':
      return [renderResult(part)];
    default:
      warnings.push({ type: 'unsupported', feature: `parts of the type ${part.type}` });
      return [];
  }
}

/** What `showPart` said of a part: state that its maker wants back, and marks for caches that a caller sets. */
function kept(options: SharedV4ProviderOptions | undefined): object {
  const { keelson } = options ?? {};
  if (keelson === undefined) return {};
  const names = ['opaque', 'redacted', 'summary', 'hosted', 'custom', 'cache', 'detail'];
  return Object.fromEntries(
    names.filter((name) => keelson[name] !== undefined).map((name) => [name, keelson[name]]),
  );
}

function renderFile({ data, mediaType, filename }: LanguageModelV4FilePart): Part {
  const kind = mediaType.split('/')[0];
  const source = renderSource(data, mediaType);
  if (kind === 'image' || kind === 'audio' || kind === 'video') return { type: kind, source };
  return { type: 'document', source, ...(filename !== undefined && { title: filename }) };
}

function renderSource(data: SharedV4FileData, type: string): MediaSource {
  // `image/*` says only what it is shown as.
  const mediaType = type.endsWith('/*') || !type.includes('/') ? {} : { mediaType: type };
  switch (data.type) {
    case 'url':
      return { kind: 'url', url: data.url.href, ...mediaType };
    case 'text':
      return { kind: 'text', text: data.text, ...mediaType };
    case 'reference':
      return { kind: 'file', fileId: Object.values(data.reference)[0] ?? '', ...mediaType };
    case 'data':
      return {
        kind: 'base64',
        data: typeof data.data === 'string' ? data.data : encodeBase64(data.data),
        ...mediaType,
      };
    default:
      return data satisfies never;
  }
}

function renderResult({ toolCallId, toolName, output }: LanguageModelV4ToolResultPart): ToolResultPart {
  const result = { type: 'tool-result', callId: toolCallId, name: toolName } as const;
  const text = (words: string): Part[] => [{ type: 'text', text: words }];
  switch (output.type) {
    case 'text':
      return { ...result, parts: text(output.value) };
    case 'json':
      return { ...result, parts: text(JSON.stringify(output.value)) };
    case 'error-text':
      return { ...result, parts: text(output.value), isError: true };
    case 'error-json':
      return { ...result, parts: text(JSON.stringify(output.value)), isError: true };
    case 'execution-denied':
      return { ...result, parts: text(output.reason ?? 'The call was denied.'), isError: true };
    case 'content':
      return {
        ...result,
        parts: output.value.flatMap((part): Part[] => {
          if (part.type === 'text') return text(part.text);
          return part.type === 'file' ? [renderFile(part)] : [];
        }),
      };
    default:
      return output satisfies never;
  }
}
