/** The official Ollama library, with what its users add to it: a signal for every request, and the class of its errors. */
import { Ollama } from 'ollama/browser';

/** A server of one's own asks for no key; whoever stands in front of it does. */
const headers = { authorization: 'Bearer test' };

/** Its own `abort` ends only streams that have begun. */
export function connectOllama(host: string, signal?: AbortSignal): Ollama {
  if (signal === undefined) return new Ollama({ host, headers });
  const abortable: typeof fetch = (url, init) => {
    const signals = [signal, ...(init?.signal ? [init.signal] : [])];
    return fetch(url, { ...init, signal: AbortSignal.any(signals) });
  };
  return new Ollama({ host, headers, fetch: abortable });
}

/** The library does not export the class of its errors, but throws it. */
export const OllamaError = await classOfErrors();

async function classOfErrors(): Promise<typeof Error> {
  const refusing = new Ollama({ fetch: async () => Response.json({ error: 'no' }, { status: 400 }) });
  const thrown: unknown = await refusing.list().catch((error: unknown) => error);
  return (thrown as Error).constructor as typeof Error;
}
