/** Responses of the vendor's API, read by hand: text, calls, usage and the end. */
import { type Direct, type DirectEvent, readData } from './direct.ts';

interface Item {
  type: string;
  content?: { text: string }[];
}

interface ResponseEvent {
  type: string;
  output_index: number;
  delta?: string;
  item?: Item;
  response?: { output: Item[]; usage: unknown; status: string };
}

export const openAiResponses: Direct = {
  stream(reads) {
    const events: DirectEvent[] = [];
    readData(reads, (data) => {
      const { type, output_index: index, delta, item, response } = JSON.parse(data) as ResponseEvent;
      if (type === 'response.output_text.delta') events.push({ type: 'text', index, value: delta });
      else if (type === 'response.function_call_arguments.delta')
        events.push({ type: 'tool', index, value: delta });
      else if (type === 'response.output_item.added' && item?.type === 'function_call')
        events.push({ type: 'tool', index, value: item });
      else if (type === 'response.completed') {
        events.push({ type: 'usage', index: 0, value: response?.usage });
        events.push({ type: 'end', index: 0, value: response?.status });
      }
    });
    return events;
  },
  answer(body) {
    const { output, usage, status } = JSON.parse(body) as NonNullable<ResponseEvent['response']>;
    return [
      ...output.map((item, index) =>
        item.type === 'message'
          ? ({ type: 'text', index, value: item.content?.[0]?.text } as const)
          : ({ type: 'tool', index, value: item } as const),
      ),
      { type: 'usage', index: 0, value: usage },
      { type: 'end', index: 0, value: status },
    ];
  },
};
