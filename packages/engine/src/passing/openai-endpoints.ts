/**
 * OpenAI's endpoints beside conversations, as its hosts serve them: https://platform.openai.com/docs/api-reference (October
 * 2026). What is not read here passes as it is.
 */
import { isJsonObject, type JsonObject, type Usage } from '@keelson/core';
import { countOf, readOpenAiTokens } from './answer-usage.ts';
import type { PassedContent, PassedEndpoint, PassedWay } from './passed-endpoint.ts';
import { secondsOfWav } from './wav-length.ts';

/** Azure's older surface has the model in the path as well. */
const waysOf = (path: string): readonly PassedWay[] => [
  { template: `/deployments/{model}${path}`, path },
  { template: path, path },
];

const wantsStream = ({ fields }: PassedContent): boolean =>
  fields.stream === true || fields.stream === 'true';

/** A byte is never more than a token; what a provider adds around it is far below this. */
const surroundings = 1024;
/** The most that any format counts one picture as, at its finest resolution. */
const tokensPerImage = 50_000;
const mostAnswers = 1000;

const nothing: Usage = { input: {}, output: {} };

function answersOf({ n }: JsonObject): number {
  const count = Number(n ?? 1);
  return Number.isInteger(count) && count >= 1 && count <= mostAnswers ? count : 1;
}

/** Of a form without its files, whose length says nothing of their tokens. */
function textLength({ length, multipart }: PassedContent): number {
  const files = multipart?.parts.filter(({ fileName }) => fileName !== undefined) ?? [];
  return length - files.reduce((sum, { start, end }) => sum + end - start, 0);
}

export const moderations: PassedEndpoint = {
  name: 'moderations',
  dialect: 'openai',
  ways: waysOf('/moderations'),
  bodies: ['json'],
  model: 'body',
  answersJson: true,
  isStream: () => false,
  measure: (content) => ({
    inputTokens: textLength(content) + surroundings + tokensPerImage * imagesAmong(content.fields.input),
    answers: 1,
    hasNoOutput: true,
    units: { requests: 1 },
  }),
  readUsage: ({ value }) => readOpenAiTokens(value, 'text') ?? nothing,
};

function imagesAmong(input: unknown): number {
  return Array.isArray(input) ? input.filter((part) => isJsonObject(part) && part.type !== 'text').length : 0;
}

const imageSettings = {
  dialect: 'openai',
  model: 'body',
  answersJson: true,
  isStream: wantsStream,
  readUsage: ({ value }) => {
    const tokens = readOpenAiTokens(value, 'image');
    if (tokens !== undefined) return tokens;
    const images = isJsonObject(value) && Array.isArray(value.data) ? value.data.length : undefined;
    return images === undefined ? undefined : { ...nothing, billed: { images } };
  },
} as const satisfies Partial<PassedEndpoint>;

export const images: PassedEndpoint = {
  ...imageSettings,
  name: 'images',
  ways: waysOf('/images/generations'),
  bodies: ['json'],
  measure: (content) => {
    const answers = answersOf(content.fields);
    return { inputTokens: textLength(content) + surroundings, answers, units: { images: answers } };
  },
};

export const imageEdits: PassedEndpoint = {
  ...imageSettings,
  name: 'image-edits',
  ways: waysOf('/images/edits'),
  bodies: ['multipart', 'json'],
  measure: (content) => {
    const answers = answersOf(content.fields);
    const { multipart, fields } = content;
    const files = multipart?.parts.filter(({ fileName }) => fileName !== undefined).length;
    const sent = files ?? (Array.isArray(fields.images) ? fields.images.length : 0) + 1;
    const inputTokens = textLength(content) + surroundings + sent * tokensPerImage;
    return { inputTokens, answers, units: { images: answers } };
  },
};

const hearing = {
  dialect: 'openai',
  bodies: ['multipart'],
  model: 'body',
  answersJson: false,
  measure: (content) => ({
    inputTokens: Number.POSITIVE_INFINITY,
    answers: 1,
    units: { audio_seconds: secondsOf(content) },
  }),
  readUsage: ({ value }) => readHeard(value),
} as const satisfies Partial<PassedEndpoint>;

export const transcriptions: PassedEndpoint = {
  ...hearing,
  name: 'transcriptions',
  ways: waysOf('/audio/transcriptions'),
  isStream: wantsStream,
};

export const translations: PassedEndpoint = {
  ...hearing,
  name: 'translations',
  ways: waysOf('/audio/translations'),
  isStream: () => false,
};

function secondsOf({ multipart }: PassedContent): number {
  const files = multipart?.parts.filter(({ fileName }) => fileName !== undefined) ?? [];
  if (multipart === undefined || files.length === 0) return Number.POSITIVE_INFINITY;
  return files.reduce((sum, { start, end }) => sum + secondsOfWav(multipart.bytes.subarray(start, end)), 0);
}

/** Counted in tokens or in seconds, as the model is sold; `verbose_json` of older hosts tells the length alone. */
function readHeard(value: unknown): Usage | undefined {
  if (!isJsonObject(value)) return undefined;
  const { usage, duration } = value;
  const seconds =
    isJsonObject(usage) && usage.type === 'duration' ? countOf(usage.seconds) : countOf(Number(duration));
  const tokens = readOpenAiTokens(value, 'text');
  if (tokens !== undefined) return tokens;
  return seconds === undefined ? undefined : { input: { audioSeconds: seconds }, output: {} };
}

/** Its answer is sound, which comes in pieces; only as events does it tell tokens. */
export const speech: PassedEndpoint = {
  name: 'speech',
  dialect: 'openai',
  ways: waysOf('/audio/speech'),
  bodies: ['json'],
  model: 'body',
  answersJson: false,
  isStream: () => true,
  measure: (content) => ({
    inputTokens: textLength(content) + surroundings,
    answers: 1,
    units: { characters: charactersOf(content) },
  }),
  readUsage: ({ value }) => readOpenAiTokens(value, 'audio'),
  usageAtLeast: (content) => ({ ...nothing, billed: { characters: charactersOf(content) } }),
};

/** Of the text that is spoken, which is what is billed where nothing else is told. */
function charactersOf({ fields }: PassedContent): number {
  return typeof fields.input === 'string' ? [...fields.input].length : 0;
}
