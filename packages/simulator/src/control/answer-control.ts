/** The control endpoint under `/_simulator/`: directs coming answers and tells what was asked, all in JSON. */
import { KeelsonError, toKeelsonError, type WireReply } from '@keelson/core';
import { deliver, planReply } from '../delivery/index.ts';
import { renderPlainError } from '../endpoints/index.ts';
import type { Simulation } from '../exchange/simulation.ts';
import { parseFault } from '../faults/index.ts';
import { type Incoming, readBody } from '../http/index.ts';
import type { RecordedRequest } from '../recorder.ts';
import { readFaultOrder, readScriptOrder } from './read-order.ts';

const prefix = '/_simulator/';
const mostOrderBytes = 1024 * 1024;

type Handle = (simulation: Simulation, body: string) => unknown;

const handlers: Readonly<Record<string, Handle>> = {
  'GET health': () => ({ status: 'ok' }),
  'GET requests': ({ recorder }) => ({ requests: recorder.requests.map(renderRequest) }),
  'GET counts': ({ recorder }) => renderCounts(recorder.counts),
  'POST script': addScript,
  'POST faults': addFault,
  'POST reset': reset,
};

export function isControlPath(path: string): boolean {
  return path.startsWith(prefix);
}

export async function answerControl(simulation: Simulation, incoming: Incoming): Promise<void> {
  const reply = await answer(simulation, incoming);
  await deliver(incoming, planReply(reply), () => {});
}

async function answer(simulation: Simulation, { method, path, message }: Incoming): Promise<WireReply> {
  try {
    const name = `${method} ${path.slice(prefix.length)}`;
    const handle = Object.hasOwn(handlers, name) ? handlers[name] : undefined;
    if (handle === undefined) throw unknownOrder(method, path);
    const body = method === 'POST' ? await readBody(message, mostOrderBytes) : '';
    return { status: 200, headers: {}, body: handle(simulation, body) };
  } catch (thrown) {
    message.resume();
    return renderPlainError(toKeelsonError(thrown));
  }
}

function unknownOrder(method: string, path: string): KeelsonError {
  const known = Object.keys(handlers).map((name) => name.replace(' ', ` ${prefix}`));
  return new KeelsonError(
    'not_found',
    `The simulator has no \`${method} ${path}\`. It has ${known.join(', ')}.`,
  );
}

function addScript({ director }: Simulation, body: string): unknown {
  const { script, ...options } = readScriptOrder(body);
  director.addScript(script, options);
  return { waiting: director.waiting };
}

/** A refusal of connections begins at once; with a rate it waits for a request to strike, like every other fault. */
function addFault({ director, listener }: Simulation, body: string): unknown {
  const { fault: text, ...options } = readFaultOrder(body);
  const { name, settings } = parseFault(text);
  const isImmediate = name === 'connection-refused' && options.rate === undefined;
  if (isImmediate) listener.refuseFor(settings.for ?? 0);
  else director.addFault(text, options);
  return { fault: name, settings };
}

function reset({ director, recorder }: Simulation): unknown {
  director.reset();
  recorder.reset();
  return { status: 'ok' };
}

function renderRequest(recorded: RecordedRequest): unknown {
  const { answered, ...request } = recorded;
  if (answered === undefined) return request;
  const { isHangUp, isStream, tookMs, ...rest } = answered;
  return { ...request, answered: { ...rest, is_hang_up: isHangUp, is_stream: isStream, took_ms: tookMs } };
}

function renderCounts({ hangUps, ...counts }: Simulation['recorder']['counts']): unknown {
  return { ...counts, hang_ups: hangUps };
}
