/** Answers one call to the simulated vendor: reads it, decides script and fault, and sends what they make of it. */
import { type ErrorCode, KeelsonError, parseJson, toKeelsonError } from '@keelson/core';
import { sleep } from '../clock.ts';
import { deliver, planDelivery, planReply } from '../delivery/index.ts';
import type { Occasion } from '../director.ts';
import type { Endpoint, Instruction, Question } from '../endpoints/index.ts';
import { errorOf, type Fault, type FaultName, whyInapplicable } from '../faults/index.ts';
import { findKey, type Incoming, readBody } from '../http/index.ts';
import { refuseScript } from '../notation/index.ts';
import { shortHash } from '../random.ts';
import type { Recording } from '../recorder.ts';
import type { Simulation } from './simulation.ts';

/** What became of a call; filled in as it goes, so that it is true at whatever point the call ends. */
export interface Outcome {
  status?: number;
  fault?: FaultName;
  error?: ErrorCode;
  isStream: boolean;
  bytes: number;
}

export interface Call {
  readonly simulation: Simulation;
  readonly incoming: Incoming;
  readonly endpoint: Endpoint;
  readonly recording: Recording;
  readonly outcome: Outcome;
}

export async function answerCall(call: Call): Promise<void> {
  try {
    await answer(call, await readQuestion(call));
  } catch (thrown) {
    if (hasGone(call.incoming)) return;
    await sendError(call, toKeelsonError(thrown));
  }
}

function hasGone({ hangUp, message, response }: Incoming): boolean {
  return hangUp.aborted || response.destroyed || message.readableAborted;
}

async function readQuestion({ simulation, incoming, endpoint, recording }: Call): Promise<Question> {
  const { method, path, query, headers, message } = incoming;
  const text = method === 'POST' ? await readBody(message) : '';
  simulation.recorder.keepBody(recording, text);
  if (findKey(headers, query)?.includes('invalid') === true) {
    throw new KeelsonError('authentication_failed', 'The API key is not valid: it contains `invalid`.');
  }
  const body = method === 'POST' ? parseJson(text, 'request body') : undefined;
  const question = endpoint.parse({ method: method === 'POST' ? 'POST' : 'GET', path, query, headers, body });
  if (question.model !== undefined) recording.model = question.model;
  if (question.request !== undefined) recording.request = question.request;
  return question;
}

async function answer(call: Call, question: Question): Promise<void> {
  const { simulation, incoming, outcome } = call;
  const instruction = instruct(call, question);
  const { script, fault } = instruction;
  outcome.isStream = question.isStream;
  if (fault !== undefined) outcome.fault = fault.name;
  if (script.delayMs !== undefined) await sleep(script.delayMs, incoming.hangUp);
  if (fault !== undefined && (await strikeConnection(call, fault))) return;
  const error = fault === undefined ? undefined : errorOf(fault);
  if (error !== undefined) return sendError(call, error);
  const place = { id: answerId(call), createdAt: Math.floor(simulation.clock() / 1000) };
  const delivery = planDelivery(question.answer(instruction, place), { fault, chunksMs: script.chunksMs });
  await send(call, delivery);
}

/** A waiting script comes before the prompt, and a fault of the script before one that is drawn. */
function instruct({ simulation, incoming, endpoint }: Call, question: Question): Instruction {
  const { isStream, model, framing } = question;
  const occasion: Occasion = { dialect: endpoint.name, path: incoming.path, model };
  const struck = { isStream, framing: isStream ? framing : undefined };
  const waiting = simulation.director.takeScript(occasion);
  const instruction = waiting === undefined ? question.readScript() : question.useScript(waiting);
  const { fault: scripted } = instruction.script;
  const complaint = scripted === undefined ? undefined : whyInapplicable(scripted, struck);
  if (complaint !== undefined) throw refuseScript(complaint);
  const fault = scripted ?? simulation.director.drawFault(occasion, struck);
  return { ...instruction, ...(fault !== undefined && { fault }) };
}

/** Whether that was the end of the connection. */
async function strikeConnection({ simulation, incoming }: Call, { name, settings }: Fault): Promise<boolean> {
  switch (name) {
    case 'stall-before-first-byte':
      await sleep(settings.for ?? 0, incoming.hangUp);
      return false;
    case 'connection-refused':
      simulation.listener.refuseFor(settings.for ?? 0);
      incoming.response.socket?.resetAndDestroy();
      return true;
    case 'reset-before-headers':
      incoming.response.socket?.resetAndDestroy();
      return true;
    default:
      return false;
  }
}

function answerId({ simulation, recording }: Call): string {
  return `sim-${shortHash(`${simulation.seed}/${recording.number}`)}`;
}

async function sendError(call: Call, error: KeelsonError): Promise<void> {
  const { response, message } = call.incoming;
  call.outcome.error = error.code;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  // The rest of a body that was too large is read and thrown away, or the caller would never come to read the answer.
  message.resume();
  const reply = call.endpoint.renderError(error, { path: call.incoming.path });
  await send(call, planReply({ ...reply, status: error.vendor?.status ?? reply.status }));
}

async function send(call: Call, delivery: ReturnType<typeof planReply>): Promise<void> {
  const id = answerId(call);
  const headers = { 'x-request-id': id, 'request-id': id, ...delivery.headers };
  call.outcome.status = delivery.status;
  const counted = (bytes: number): void => {
    call.outcome.bytes += bytes;
  };
  await deliver(call.incoming, { ...delivery, headers }, counted);
}
