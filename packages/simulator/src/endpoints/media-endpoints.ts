/**
 * OpenAI's endpoints for pictures, sound and moderation, laid out as its API reference has them (October 2026). What is made is
 * always the same and worth nothing.
 */
import type { Frame, JsonObject } from '@keelson/core';
import { shortHash } from '../random.ts';
import { emptyScript } from '../script/index.ts';
import { countWords } from '../words.ts';
import type { Answer, Endpoint, Question } from './endpoint.ts';
import { type Form, readEither } from './form.ts';
import { fieldsOf, plainQuestion, refuseField, renderPlainError } from './plain-body.ts';

/** One white pixel. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP6DwABBQECz6AuzQAAAABJRU5ErkJggg==';
const tokensPerPicture = 272;
const bytesPerPiece = 1024;
const created = 1_767_225_600;

type Fields = Readonly<Record<string, unknown>>;

export const moderations: Endpoint = {
  name: 'moderations',
  parse: ({ body }) => {
    const { model, input } = fieldsOf(body);
    if (input === undefined) throw refuseField('input', 'a text or a list');
    const inputs = Array.isArray(input) && typeof input[0] === 'string' ? input : [input];
    return plainQuestion(model as string, () => ({
      id: `modr-${shortHash(JSON.stringify(input))}`,
      model,
      results: inputs.map(judge),
    }));
  },
  renderError: renderPlainError,
};

function judge(input: unknown) {
  const isFlagged = JSON.stringify(input).includes('violence');
  return {
    flagged: isFlagged,
    categories: { violence: isFlagged, harassment: false },
    category_scores: { violence: isFlagged ? 0.9 : 0.001, harassment: 0.001 },
    category_applied_input_types: { violence: ['text'], harassment: ['text'] },
  };
}

export function createImages(kind: 'image_generation' | 'image_edit'): Endpoint {
  return {
    name: kind === 'image_edit' ? 'image-edits' : 'images',
    parse: ({ body, headers }) => {
      const { fields, files } = readEither(body, headers);
      const { prompt, model, n, stream } = fields as Fields;
      if (typeof prompt !== 'string') throw refuseField('prompt', 'a text');
      const count = Number(n ?? 1);
      if (!Number.isInteger(count) || count < 1 || count > 10)
        throw refuseField('n', 'a whole number from 1 to 10');
      if (kind === 'image_edit' && files.length === 0 && (fields as Fields).images === undefined)
        throw refuseField('image', 'a file');
      const usage = imageUsage(prompt, files.length, count);
      if (String(stream) === 'true') return streamed(String(model), imageFrames(kind, usage));
      return plainQuestion(String(model), () => images(String(model), count, usage));
    },
    renderError: renderPlainError,
  };
}

function imageUsage(prompt: string, files: number, count: number) {
  const text = Math.max(1, countWords(prompt));
  const image = files * tokensPerPicture;
  const output = count * tokensPerPicture;
  return {
    input_tokens: text + image,
    output_tokens: output,
    total_tokens: text + image + output,
    input_tokens_details: { text_tokens: text, image_tokens: image },
  };
}

/** The older models tell no usage. */
function images(model: string, count: number, usage: JsonObject) {
  const isOlder = model.startsWith('dall-e');
  const data = Array.from({ length: count }, () => ({ b64_json: picture }));
  return isOlder
    ? { created, data }
    : { created, background: 'opaque', output_format: 'png', quality: 'low', size: '1024x1024', data, usage };
}

function imageFrames(kind: string, usage: JsonObject): readonly Frame[] {
  const event = (type: string, more: object): Frame => ({
    event: `${kind}.${type}`,
    data: JSON.stringify({ type: `${kind}.${type}`, b64_json: picture, created_at: created, ...more }),
  });
  return [event('partial_image', { partial_image_index: 0 }), event('completed', { usage })];
}

export const speech: Endpoint = {
  name: 'speech',
  parse: ({ body }) => {
    const { model, input, voice, stream_format: format, response_format: type = 'mp3' } = fieldsOf(body);
    if (typeof input !== 'string' || input === '') throw refuseField('input', 'a text');
    if (voice === undefined) throw refuseField('voice', 'a voice');
    const pieces = sound(input);
    if (format !== 'sse')
      return answered(String(model), {
        type: 'bytes',
        contentType: soundTypes[String(type)] ?? 'audio/mpeg',
        pieces,
      });
    const done = { type: 'speech.audio.done', usage: spokenUsage(input) };
    return streamed(String(model), [
      ...pieces.map((piece) => frame({ type: 'speech.audio.delta', audio: piece.toString('base64') })),
      frame(done),
    ]);
  },
  renderError: renderPlainError,
};

const soundTypes: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  opus: 'audio/ogg',
  pcm: 'audio/pcm',
};

/** A piece for each word, of bytes that are no text. */
function sound(input: string): readonly Buffer[] {
  return input.split(/\s+/).map((word, at) => {
    const seed = shortHash(`${word}/${at}`);
    return Buffer.from(
      Array.from(
        { length: bytesPerPiece },
        (_, index) => (seed.charCodeAt(index % seed.length) * (index + 7)) % 256,
      ),
    );
  });
}

function spokenUsage(input: string) {
  const read = Math.max(1, countWords(input));
  return { input_tokens: read, output_tokens: read * 20, total_tokens: read * 21 };
}

const spoken = 'The ship sails at dawn.';

export function createHearing(kind: 'transcriptions' | 'translations'): Endpoint {
  return {
    name: kind,
    parse: ({ body, headers }) => {
      const form = readEither(body, headers);
      const { model, response_format: format = 'json', stream } = form.fields;
      if (form.files.every(({ name }) => name !== 'file')) throw refuseField('file', 'a file');
      if (stream === 'true' && kind === 'transcriptions') return streamed(String(model), heardFrames(form));
      if (['text', 'srt', 'vtt'].includes(format))
        return answered(String(model), {
          type: 'bytes',
          contentType: 'text/plain; charset=utf-8',
          pieces: [Buffer.from(plainText(format))],
        });
      return plainQuestion(String(model), () => heard(form));
    },
    renderError: renderPlainError,
  };
}

function plainText(format: string): string {
  const head = format === 'vtt' ? 'WEBVTT\n\n' : '1\n';
  return format === 'text' ? `${spoken}\n` : `${head}00:00:00,000 --> 00:00:02,000\n${spoken}\n\n`;
}

const secondsHeard = 2.4;

/** The older model counts seconds. */
function heardUsage({ fields }: Form) {
  if (fields.model?.startsWith('whisper')) return { type: 'duration', seconds: Math.ceil(secondsHeard) };
  const details = { text_tokens: 0, audio_tokens: 24 };
  return {
    type: 'tokens',
    input_tokens: 24,
    input_token_details: details,
    output_tokens: 6,
    total_tokens: 30,
  };
}

function heard(form: Form) {
  const usage = heardUsage(form);
  if (form.fields.response_format !== 'verbose_json') return { text: spoken, usage };
  return {
    task: 'transcribe',
    language: 'english',
    duration: secondsHeard,
    text: spoken,
    segments: [],
    usage,
  };
}

function heardFrames(form: Form): readonly Frame[] {
  const words = spoken.split(' ').map((word, at) => (at === 0 ? word : ` ${word}`));
  return [
    ...words.map((delta) => frame({ type: 'transcript.text.delta', delta })),
    frame({ type: 'transcript.text.done', text: spoken, usage: heardUsage(form) }),
  ];
}

const frame = (value: object): Frame => ({ data: JSON.stringify(value) });

function streamed(model: string, frames: readonly Frame[]): Question {
  const contentType = 'text/event-stream; charset=utf-8';
  return {
    ...answered(model, { type: 'stream', framing: 'sse', contentType, frames }),
    isStream: true,
    framing: 'sse',
  };
}

export function answered(model: string, answer: Answer): Question {
  const instruction = { script: emptyScript, said: '' };
  return {
    model,
    isStream: false,
    readScript: () => instruction,
    useScript: (script) => ({ script, said: '' }),
    answer: () => answer,
  };
}
