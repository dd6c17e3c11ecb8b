/** What clients read when a part of a streamed answer begins, while it grows, and when it is complete. */
import type { Json } from '../../json/index.ts';
import type { Part } from '../../message/index.ts';

export type Wire = Record<string, Json>;

/** Sends one event. */
export type Tell = (type: string, fields: Wire) => void;

/** A part that is being told. */
export interface PartRender {
  draft: Part;
  text: string;
  readonly item: ItemRender;
  readonly contentIndex: number;
  /** Everything of a delta's event in front of its text, as JSON without the last brace. */
  readonly deltaHead: string;
  logprobs: Json[];
  citations: number;
}

export interface ItemRender {
  readonly id: string;
  readonly position: number;
  readonly parts: PartRender[];
  readonly content: Json[];
  isDone: boolean;
}

/** What clients must have seen before the first piece of a part. */
export function announce(part: PartRender, tell: Tell): void {
  const { draft, item, contentIndex } = part;
  const at = { item_id: item.id, output_index: item.position };
  const push = (type: string, fields: Wire): void => {
    tell(type, { ...at, ...fields });
  };
  switch (draft.type) {
    case 'text': {
      const shown = { type: 'output_text', annotations: [], logprobs: [], text: '' };
      push('response.content_part.added', { content_index: contentIndex, part: shown });
      break;
    }
    case 'refusal':
      push('response.content_part.added', {
        content_index: contentIndex,
        part: { type: 'refusal', refusal: '' },
      });
      break;
    case 'reasoning':
      if (draft.redacted) break;
      if (draft.summary)
        push('response.reasoning_summary_part.added', {
          summary_index: 0,
          part: { type: 'summary_text', text: '' },
        });
      else
        push('response.content_part.added', { content_index: 0, part: { type: 'reasoning_text', text: '' } });
      break;
    default:
  }
}

export function deltaFields(draft: Part, at: Wire, content: Wire): Wire {
  switch (draft.type) {
    case 'text':
      return { type: 'response.output_text.delta', ...content, logprobs: [] };
    case 'refusal':
      return { type: 'response.refusal.delta', ...content };
    case 'reasoning':
      return draft.summary
        ? { type: 'response.reasoning_summary_text.delta', ...at, summary_index: 0 }
        : { type: 'response.reasoning_text.delta', ...content };
    default: {
      const isCustom = draft.type === 'tool-call' && draft.custom;
      return {
        type: `response.${isCustom ? 'custom_tool_call_input' : 'function_call_arguments'}.delta`,
        ...at,
      };
    }
  }
}

/** What clients read when a part is complete. */
export function tellDone(part: PartRender, shown: Wire, tell: Tell): void {
  const { draft, item, contentIndex } = part;
  const at = { item_id: item.id, output_index: item.position };
  const content = { ...at, content_index: contentIndex };
  switch (draft.type) {
    case 'text':
      tell('response.output_text.done', { ...content, text: part.text, logprobs: part.logprobs });
      tell('response.content_part.done', { ...content, part: shown });
      break;
    case 'refusal':
      tell('response.refusal.done', { ...content, refusal: part.text });
      tell('response.content_part.done', { ...content, part: shown });
      break;
    case 'reasoning':
      tellReasoningDone(part, { at, content }, tell);
      break;
    case 'tool-call':
      if (draft.custom) tell('response.custom_tool_call_input.done', { ...at, input: part.text });
      else
        tell('response.function_call_arguments.done', {
          ...at,
          name: shown.name ?? draft.name,
          arguments: shown.arguments ?? part.text,
        });
      break;
    default:
  }
}

function tellReasoningDone(
  { draft, text }: PartRender,
  { at, content }: { readonly at: Wire; readonly content: Wire },
  tell: Tell,
): void {
  if (draft.type !== 'reasoning' || draft.redacted) return;
  if (draft.summary) {
    tell('response.reasoning_summary_text.done', { ...at, summary_index: 0, text });
    tell('response.reasoning_summary_part.done', {
      ...at,
      summary_index: 0,
      part: { type: 'summary_text', text },
    });
    return;
  }
  tell('response.reasoning_text.done', { ...content, text });
  tell('response.content_part.done', { ...content, part: { type: 'reasoning_text', text } });
}
