/**
 * A conversation of ten turns as data: what the user says, what the model is scripted to answer, and what a reader of the
 * conversation would then have in front of them. It knows no format; what a format cannot hold is left out by its reader.
 */
import { pixel, weatherSchema } from './samples.ts';
import type { Question, Result } from './translated-client.ts';

export interface ScriptedCall {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly result: string;
  readonly isError?: boolean;
}

export interface ScriptedAnswer {
  readonly thought?: string;
  readonly hidesThought?: boolean;
  readonly text?: string;
  readonly calls?: readonly ScriptedCall[];
}

export interface ScriptedTurn {
  readonly says: string;
  readonly image?: string;
  /** One, or as many as it takes until one calls no tool. */
  readonly answers: readonly ScriptedAnswer[];
}

/** A name that no format takes as it is. */
const hardName = 'charts.find/größe';

export const setting: Omit<Question, 'turns'> = {
  instructions: 'You are a pilot.',
  tools: [
    { name: 'get_weather', schema: weatherSchema },
    { name: hardName, description: 'Finds a chart.', schema: { type: 'object' } },
  ],
};

const weatherOf = (city: string, result: string, isError?: boolean): ScriptedCall => ({
  name: 'get_weather',
  input: { city },
  result,
  ...(isError === true && { isError }),
});

export const conversation: readonly ScriptedTurn[] = [
  {
    says: 'My dog is called Argos.',
    answers: [{ thought: 'They name a dog.', text: 'Good day to you and Argos.' }],
  },
  {
    says: 'Is it fair in Paris or Oslo?',
    answers: [
      {
        thought: 'Two towns, two calls.',
        text: 'Let me see.',
        calls: [
          { name: 'get_weather', input: { city: 'Paris', days: 2 }, result: 'fair' },
          weatherOf('Oslo', 'snow'),
        ],
      },
      { text: 'Fair in Paris only.' },
    ],
  },
  {
    says: 'Go where it is warm.',
    answers: [
      { calls: [weatherOf('Kyoto', '4 degrees')] },
      { thought: 'Too cold, so on.', calls: [weatherOf('Rome', '21 degrees')] },
      { thought: 'Warm.', text: 'Rome it is.' },
    ],
  },
  { says: 'What is this?', image: pixel, answers: [{ text: 'A red pixel.' }] },
  { says: 'Keep a secret.', answers: [{ hidesThought: true, text: 'I have one.' }] },
  {
    says: 'Find a chart.',
    answers: [
      { calls: [{ name: hardName, input: { nach: 'Ägäis', tief: [1, { m: 2.5 }] }, result: '{"chart":7}' }] },
      { text: 'Chart 7.' },
    ],
  },
  {
    says: 'And Atlantis?',
    answers: [{ calls: [weatherOf('Atlantis', 'no such town', true)] }, { text: 'It is gone.' }],
  },
  {
    says: 'Once more, and think.',
    answers: [
      { thought: 'Ask again.', text: 'Again.', calls: [weatherOf('Naples', '22 degrees')] },
      { thought: 'Still warm.', hidesThought: true, text: 'Still warm.' },
    ],
  },
  { says: 'Say it "exactly".', answers: [{ text: 'Zwei Zeilen:\n"ja" & <nein> 😀' }] },
  { says: 'What is my dog called?', answers: [{ text: 'Argos.' }] },
];

/** What the user says, with the keywords that make the simulator answer so. */
export function prompt({ says, answers }: ScriptedTurn): string {
  return `${says} ${answers.map(keywords).join(' [[then]] ')}`;
}

function keywords({ thought, hidesThought, text, calls = [] }: ScriptedAnswer): string {
  return [
    ...(thought === undefined ? [] : [`[[reason: ${thought}]]`]),
    ...(hidesThought === true ? ['[[redacted]]'] : []),
    ...(text === undefined ? [] : [`[[text: ${JSON.stringify(text)}]]`]),
    ...calls.map(({ name, input }) => `[[tool-signed: ${name} ${JSON.stringify(input)}]]`),
  ].join(' ');
}

/** One line for whatever was said by one side without a break. */
export type Transcript = readonly string[];

export function tellUser(turn: ScriptedTurn): string {
  const image = turn.image === undefined ? '' : `image ${turn.image} | `;
  return `user: ${image}${prompt(turn)}`;
}

export function tellAnswer({ text, calls = [] }: ScriptedAnswer): string {
  const told = calls.map(tellCall);
  return `assistant: ${[...(text === undefined ? [] : [text]), ...told].join(' | ')}`;
}

export function tellCall({ name, input }: Pick<ScriptedCall, 'name' | 'input'>): string {
  return `${name} ${JSON.stringify(input)}`;
}

/** `marksFailures`: whether everybody on the way can say that a call failed. */
export function tellResults(calls: readonly ScriptedCall[], marksFailures: boolean): string {
  const told = calls.map((call) => {
    const gave = call.isError === true && marksFailures ? 'failed with' : 'gave';
    return `${tellCall(call)} ${gave} ${call.result}`;
  });
  return `tool: ${told.join(' | ')}`;
}

/** The results of calls that were answered under these ids. */
export function resultsOf(
  calls: readonly ScriptedCall[],
  ids: readonly string[],
  marksFailures: boolean,
): Result[] {
  return calls.map(({ result, isError }, index) => ({
    id: ids[index] ?? '',
    text: result,
    ...(isError === true && marksFailures && { isError }),
  }));
}
