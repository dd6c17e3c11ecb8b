/**
 * What stays at the simulated vendor: files, batches and tuning jobs, laid out as OpenAI's API reference has them (October 2026). Work
 * goes one step further each time somebody asks for it.
 */
import { type Json, type JsonObject, KeelsonError, matchPath, parseJson, type WireCall } from '@keelson/core';
import { shortHash } from '../random.ts';
import { countWords } from '../words.ts';
import type { Answer, Endpoint } from './endpoint.ts';
import { readEither } from './form.ts';
import { answered } from './media-endpoints.ts';
import { fieldsOf, refuseField, renderPlainError } from './plain-body.ts';

type Method = 'GET' | 'POST' | 'DELETE';

export interface StoredRoute {
  readonly method: Method;
  readonly path: string;
  readonly endpoint: Endpoint;
}

type Thing = Record<string, Json>;
interface Kept {
  readonly object: Thing;
  /** Of a file, one character for each byte. */
  readonly content: string;
}

const created = 1_767_225_600;
const mostListed = 10_000;

/** A vendor's memory; each simulator has its own. */
class Store {
  readonly #things = new Map<string, Kept>();

  add(prefix: string, object: Thing, content = ''): Thing {
    const id = `${prefix}${shortHash(`${prefix}/${this.#things.size}`)}${this.#things.size}`;
    const kept = { object: { id, ...object }, content };
    this.#things.set(id, kept);
    return kept.object;
  }

  find(id: unknown, kind: string): Kept {
    const found = typeof id === 'string' ? this.#things.get(id) : undefined;
    if (found?.object.object === kind) return found;
    throw new KeelsonError('not_found', `No such ${kind} object: ${String(id)}`, {
      details: { field: 'id' },
    });
  }

  list(kind: string): JsonObject {
    const data = [...this.#things.values()]
      .map(({ object }) => object)
      .filter(({ object }) => object === kind)
      .reverse();
    return { object: 'list', data: data.slice(0, mostListed), has_more: false };
  }

  remove(id: string): JsonObject {
    this.find(id, 'file');
    this.#things.delete(id);
    return { id, object: 'file', deleted: true };
  }
}

type Handle = (call: WireCall, id: string) => Answer | JsonObject;

export function createStored(): readonly StoredRoute[] {
  const store = new Store();
  const route = (name: string, method: Method, path: string, handle: Handle): StoredRoute => ({
    method,
    path,
    endpoint: {
      name,
      parse: (call) => {
        const made = handle(call, matchPath(path, call.path)?.id ?? '');
        const isAnswer = made.type === 'bytes' && 'pieces' in made;
        return answered('', isAnswer ? (made as Answer) : { type: 'whole', body: made });
      },
      renderError: renderPlainError,
    },
  });
  return [
    route('files', 'POST', '/files', (call) => upload(store, call)),
    route('files', 'GET', '/files', () => store.list('file')),
    route('files', 'GET', '/files/{id}', (_, id) => store.find(id, 'file').object),
    route('files', 'DELETE', '/files/{id}', (_, id) => store.remove(id)),
    route('files', 'GET', '/files/{id}/content', (_, id) => contentOf(store.find(id, 'file'))),
    route('batches', 'POST', '/batches', (call) => submit(store, call)),
    route('batches', 'GET', '/batches', () => store.list('batch')),
    route('batches', 'GET', '/batches/{id}', (_, id) => goOn(store, store.find(id, 'batch').object)),
    route('batches', 'POST', '/batches/{id}/cancel', (_, id) => cancel(store.find(id, 'batch').object)),
    route('fine-tuning', 'POST', '/fine_tuning/jobs', (call) => tune(store, call)),
    route('fine-tuning', 'GET', '/fine_tuning/jobs', () => store.list('fine_tuning.job')),
    route('fine-tuning', 'GET', '/fine_tuning/jobs/{id}', (_, id) =>
      train(store, store.find(id, 'fine_tuning.job').object),
    ),
    route('fine-tuning', 'POST', '/fine_tuning/jobs/{id}/cancel', (_, id) =>
      cancel(store.find(id, 'fine_tuning.job').object),
    ),
    route('fine-tuning', 'GET', '/fine_tuning/jobs/{id}/events', (_, id) =>
      events(store.find(id, 'fine_tuning.job').object),
    ),
  ];
}

function upload(store: Store, { body, headers }: WireCall): JsonObject {
  const { fields, files } = readEither(body, headers);
  const file = files.find(({ name }) => name === 'file');
  if (file === undefined) throw refuseField('file', 'a file');
  if (typeof fields.purpose !== 'string') throw refuseField('purpose', 'a purpose');
  return addFile(store, file.fileName, file.content, fields.purpose);
}

function addFile(store: Store, filename: string, content: string, purpose: string): Thing {
  const object = {
    object: 'file',
    bytes: content.length,
    created_at: created,
    filename,
    purpose,
    status: 'processed',
  };
  return store.add('file-', object, content);
}

function contentOf({ content }: Kept): Answer {
  return { type: 'bytes', contentType: 'application/octet-stream', pieces: [Buffer.from(content, 'latin1')] };
}

function submit(store: Store, { body }: WireCall): JsonObject {
  const { input_file_id: input, endpoint, completion_window: window } = fieldsOf(body);
  store.find(input, 'file');
  if (typeof endpoint !== 'string') throw refuseField('endpoint', 'a path such as /v1/chat/completions');
  return store.add('batch_', {
    ...{
      object: 'batch',
      endpoint,
      input_file_id: input as string,
      completion_window: window as Json,
      status: 'validating',
    },
    ...{ created_at: created, output_file_id: null, error_file_id: null },
    request_counts: { total: 0, completed: 0, failed: 0 },
  });
}

const nextStates: Readonly<Record<string, string>> = {
  validating: 'in_progress',
  in_progress: 'completed',
  cancelling: 'cancelled',
};

/** A batch that is cancelled has answered its first line. */
function goOn(store: Store, batch: Thing): JsonObject {
  const state = nextStates[String(batch.status)];
  if (state === undefined) return batch;
  batch.status = state;
  if (state !== 'completed' && state !== 'cancelled') return batch;
  const { content } = store.find(batch.input_file_id, 'file');
  const lines = Buffer.from(content, 'latin1')
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const done = state === 'cancelled' ? lines.slice(0, 1) : lines;
  const output = `${done.map((line) => answerLine(line, String(batch.endpoint))).join('\n')}\n`;
  batch.output_file_id = addFile(store, 'output.jsonl', output, 'batch_output').id as string;
  batch.request_counts = { total: lines.length, completed: done.length, failed: 0 };
  return batch;
}

function answerLine(line: string, endpoint: string): string {
  const { custom_id: id, body } = parseJson(line) as { custom_id: Json; body: { model: string } };
  const read = countWords(JSON.stringify(body));
  const usage = { prompt_tokens: read, completion_tokens: 4, total_tokens: read + 4 };
  const message = { role: 'assistant', content: 'The ship sails.' };
  const chat = {
    ...{ id: 'chatcmpl-batch', object: 'chat.completion', created, model: body.model, usage },
    choices: [{ index: 0, message, finish_reason: 'stop' }],
  };
  const vectors = {
    ...{ object: 'list', model: body.model, usage: { prompt_tokens: read, total_tokens: read } },
    data: [{ object: 'embedding', index: 0, embedding: [1, 0] }],
  };
  const answer = endpoint.endsWith('/embeddings') ? vectors : chat;
  return JSON.stringify({
    id: `batch_req_${String(id)}`,
    custom_id: id,
    response: { status_code: 200, request_id: 'sim', body: answer },
    error: null,
  });
}

function cancel(thing: Thing): JsonObject {
  if (thing.object === 'batch') thing.status = 'cancelling';
  else thing.status = 'cancelled';
  return thing;
}

function tune(store: Store, { body }: WireCall): JsonObject {
  const { model, training_file: training, validation_file: validation = null } = fieldsOf(body);
  if (typeof model !== 'string') throw refuseField('model', 'a model');
  store.find(training, 'file');
  return store.add('ftjob-', {
    ...{
      object: 'fine_tuning.job',
      model,
      training_file: training as string,
      validation_file: validation as Json,
    },
    ...{ created_at: created, finished_at: null, fine_tuned_model: null, organization_id: 'org-simulated' },
    ...{
      result_files: [],
      status: 'queued',
      trained_tokens: null,
      seed: 1,
      error: null,
      hyperparameters: {},
    },
  });
}

function train(store: Store, job: Thing): JsonObject {
  if (job.status === 'queued') job.status = 'running';
  else if (job.status === 'running') {
    job.status = 'succeeded';
    job.fine_tuned_model = `ft:${String(job.model)}:simulated`;
    job.trained_tokens = 1000;
    job.result_files = [
      addFile(store, 'metrics.csv', 'step,loss\n1,0.5\n', 'fine-tune-results').id as string,
    ];
  }
  return job;
}

function events({ id, status }: Thing): JsonObject {
  const event = {
    object: 'fine_tuning.job.event',
    id: `ftevent-${String(id)}`,
    created_at: created,
    level: 'info',
  };
  return {
    object: 'list',
    data: [{ ...event, message: `The job is ${String(status)}.`, type: 'message' }],
    has_more: false,
  };
}
