/**
 * Clients of other libraries whose calls are recorded beside those that go through Keelson. They are used as before; a record that
 * cannot be kept is told to `onError` and to nobody else.
 */
import type { KeelsonError } from '@keelson/core';
import type { RecordedCall } from '../backend.ts';
import type { Client } from '../client.ts';
import { elapsedMs } from '../clock.ts';
import { type SeenUsage, type SeeUsage, seeAnthropic, seeOpenAi } from './seen-usage.ts';
import { boundTo, watchResult } from './watch-call.ts';

export interface RecordingOptions {
  /** Where the calls are kept. */
  readonly keelson: Pick<Client, 'recordCall'>;
  readonly provider?: string;
  readonly alias?: string;
  readonly profile?: string;
  /** Which program makes the calls. */
  readonly origin?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly onError?: (error: KeelsonError) => void;
}

/**
 * @example
 * const openai = recordOpenAI(new OpenAI(), { keelson, origin: 'nightly-report' });
 */
export function recordOpenAI<Other extends object>(client: Other, options: RecordingOptions): Other {
  const methods = ['chat.completions.create', 'responses.create', 'embeddings.create', 'completions.create'];
  return watch(client, '', { methods, see: seeOpenAi, options: { provider: 'openai', ...options } });
}

/** The same for clients of Anthropic's shape. */
export function recordAnthropic<Other extends object>(client: Other, options: RecordingOptions): Other {
  const methods = ['messages.create', 'beta.messages.create', 'messages.stream'];
  return watch(client, '', { methods, see: seeAnthropic, options: { provider: 'anthropic', ...options } });
}

interface Watching {
  readonly methods: readonly string[];
  readonly see: SeeUsage;
  readonly options: RecordingOptions & { readonly provider: string };
}

/** Only the way to the watched methods is another object; all else is the client's own. */
function watch<Other extends object>(target: Other, path: string, watching: Watching): Other {
  return new Proxy(target, {
    get: (object, name) => {
      const place = path === '' ? String(name) : `${path}.${String(name)}`;
      const value = Reflect.get(object, name, object) as unknown;
      if (watching.methods.includes(place) && typeof value === 'function')
        return (...given: unknown[]) => callWatched(value.bind(object), given, watching);
      const isOnTheWay = watching.methods.some((method) => method.startsWith(`${place}.`));
      return isOnTheWay && typeof value === 'object' && value !== null
        ? watch(value, place, watching)
        : boundTo(object, name);
    },
  });
}

type Method = (...given: unknown[]) => unknown;

function callWatched(method: Method, given: readonly unknown[], { see, options }: Watching): unknown {
  const start = elapsedMs();
  const seen: SeenUsage = {};
  const asked = given[0] as { readonly model?: unknown } | undefined;
  if (typeof asked?.model === 'string') seen.model = asked.model;
  const { keelson, onError, ...rest } = options;
  const record = (): void => {
    const { id, model = 'unknown', ...counts } = seen;
    const call: RecordedCall = {
      ...rest,
      model,
      ...counts,
      ...(id !== undefined && { idAtOrigin: id }),
      latencyMs: Math.round(elapsedMs() - start),
    };
    void keelson.recordCall(call, onError);
  };
  return watchResult(method(...given), {
    onAnswer: (answer) => {
      see(answer, seen);
      record();
    },
    onEvent: (event) => see(event, seen),
    onEnd: record,
  });
}
