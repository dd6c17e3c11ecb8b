/**
 * Looks at what a method of another library gives back, without changing what its caller sees: a promise with more methods than
 * usual stays that, and a stream is read by its caller alone.
 */

/** What is seen of one call. Each is asked at most once. */
export interface Watcher {
  /** The whole answer, or the stream that was handed out. */
  onAnswer(answer: unknown): void;
  /** Every event of a stream that its caller reads. */
  onEvent(event: unknown): void;
  onEnd(): void;
}

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as Promise<unknown>).then === 'function';

const isStream = (value: unknown): value is AsyncIterable<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value;

/** Streams of Anthropic's `messages.stream` tell their whole message when it is there, however they are read. */
interface Emitter {
  on(event: 'finalMessage', take: (message: unknown) => void): unknown;
}
const isEmitter = (value: unknown): value is Emitter =>
  typeof value === 'object' && value !== null && typeof (value as Emitter).on === 'function';

export function watchResult(result: unknown, watcher: Watcher): unknown {
  if (!isPromise(result)) return watchAnswer(result, watcher);
  let watched: Promise<unknown> | undefined;
  // Asked for by the caller, never by us: a promise that nobody waits for may not have been sent yet.
  const answer = (): Promise<unknown> => {
    watched ??= result.then((value) => watchAnswer(value, watcher));
    return watched;
  };
  return new Proxy(result, {
    get: (target, name) => {
      if (name === 'then' || name === 'catch' || name === 'finally') {
        const method = answer()[name] as (...handlers: unknown[]) => unknown;
        return method.bind(answer());
      }
      return boundTo(target, name);
    },
  });
}

function watchAnswer(answer: unknown, watcher: Watcher): unknown {
  if (isEmitter(answer)) {
    answer.on('finalMessage', (message) => quietly(() => watcher.onAnswer(message)));
    return answer;
  }
  if (!isStream(answer)) {
    quietly(() => watcher.onAnswer(answer));
    return answer;
  }
  return new Proxy(answer, {
    get: (target, name) =>
      name === Symbol.asyncIterator ? () => watchEvents(target, watcher) : boundTo(target, name),
  });
}

async function* watchEvents(stream: AsyncIterable<unknown>, watcher: Watcher): AsyncGenerator<unknown, void> {
  try {
    for await (const event of stream) {
      quietly(() => watcher.onEvent(event));
      yield event;
    }
  } finally {
    // Also where its reader leaves early: what has come was paid for.
    quietly(() => watcher.onEnd());
  }
}

/** Methods of classes with private fields work only on the object itself. */
export function boundTo(target: object, name: PropertyKey): unknown {
  const value = Reflect.get(target, name, target) as unknown;
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}

/** Watching never fails the call that is watched. */
function quietly(look: () => void): void {
  try {
    look();
  } catch {
    // An answer of another shape than expected is not recorded.
  }
}
