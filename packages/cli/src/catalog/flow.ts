/** The commands about flows: checked, estimated, run, answered. They run in this process, over the database of this machine. */
import type { CommandSpec, FlagSpec, WordSpec } from '../line/command-spec.ts';
import { databaseFlags, lockfileFlag, profileFlag, registryFlag, serverFlags } from './shared-flags.ts';

const workspaceFlag: FlagSpec = { name: 'workspace', value: 'NAME', about: 'whose flows and runs (default)' };
const hereFlags: readonly FlagSpec[] = [workspaceFlag, ...databaseFlags];
const placeFlags: readonly FlagSpec[] = [
  ...hereFlags,
  ...serverFlags.map((flag) =>
    flag.name === 'server' ? { ...flag, about: 'asks this server, whose workers do the work' } : flag,
  ),
];
const modelFlags: readonly FlagSpec[] = [lockfileFlag, profileFlag, registryFlag];
const quietFlag: FlagSpec = { name: 'quiet', short: 'q', about: 'does not tell how far it has come' };
const yesFlag: FlagSpec = {
  name: 'yes',
  short: 'y',
  about: 'says yes to every approval that the run asks for',
};
const detachFlag: FlagSpec = {
  name: 'detach',
  short: 'd',
  about: 'starts it, and leaves the work to a gateway over the same database, or to `flow resume`',
};
const limitFlag: FlagSpec = { name: 'limit', value: 'COUNT', kind: 'count', about: 'so many at most (50)' };

const flowWord: WordSpec = {
  name: 'FLOW',
  about: 'a file, `-` for standard input, or the name of a flow that is kept',
  completes: 'flow',
};
const runWord: WordSpec = {
  name: 'RUN',
  about: 'the id of a run, as `flow list` tells it',
  completes: 'run',
};
const nameWord: WordSpec = { name: 'NAME', about: 'a flow that is kept', completes: 'flow' };

const payloadFlag: FlagSpec = {
  name: 'input',
  short: 'i',
  value: 'JSON',
  about: 'what the flow is given: JSON, `@FILE` with JSON in it, or `-` for standard input',
};
const withFlag: FlagSpec = {
  name: 'with',
  value: 'FILE',
  repeats: true,
  about: 'a file of another flow, which this one uses',
  completes: 'file',
};
const budgetFlags: readonly FlagSpec[] = [
  { name: 'budget', value: 'DOLLARS', kind: 'number', about: 'what the run may spend' },
  {
    name: 'preflight',
    value: 'WHAT',
    choices: ['mean', 'p90', 'max', 'off'],
    about: 'what of the estimate must fit the budget: mean (the usual), p90, max or off',
  },
  { name: 'allow-unpriced', about: 'lets a budget begin also what may cost nobody knows how much' },
];

const waitsCode = [20, 'it waits for an approval or an event, or is stopped'] as const;
const endCodes = [
  [0, 'it is completed'],
  [1, 'it failed'],
  [7, 'it does not fit the budget'],
  waitsCode,
  [130, 'it was cancelled, or left with Ctrl-C'],
] as const;

const leaving =
  'Ctrl-C asks whether to cancel the run or to leave it; a second one leaves it at once. What has been done stays done: `flow resume` goes on.';
const waiting =
  'An approval is asked for on the terminal. Without one, and for an event, the command tells how to answer and ends with 20.';

const checkSpec: CommandSpec = {
  name: 'check',
  about: 'Reads flow files and tells everything that is wrong with them, with line and column.',
  details: ['Flows that a file uses are looked for in the other files, then among those that are kept.'],
  words: [
    { name: 'FILE', about: 'a flow, YAML or JSON; `-` for standard input', repeats: true, completes: 'file' },
  ],
  flags: [...hereFlags, ...modelFlags],
  examples: [
    { line: 'keelson flow check support.yaml', about: 'support.yaml:4:5: nodes.triage.next says …' },
  ],
  exitCodes: [[1, 'something is wrong with them']],
  load: () => import('../commands/flow/check.ts'),
};

const estimateSpec: CommandSpec = {
  name: 'estimate',
  about: 'Tells what a run would cost and how long it would take: expected, nine in ten, at worst; and why.',
  details: [
    'Nobody is asked and no key is needed: it is made of what earlier runs here cost, and of the prices of the models.',
  ],
  words: [flowWord],
  flags: [payloadFlag, withFlag, ...budgetFlags, ...modelFlags, ...placeFlags],
  examples: [
    {
      line: `keelson flow estimate support.yaml --input '{"text": "It crashes"}' --budget 0.05`,
      about: 'and whether five cents would let it begin',
    },
  ],
  exitCodes: [[7, 'it would not be let begin with this budget']],
  load: () => import('../commands/flow/estimate.ts'),
};

const runSpec: CommandSpec = {
  name: 'run',
  about: 'Keeps a flow, runs it here to its end, and prints its output.',
  details: [
    'Text is printed as it is, anything else as JSON; how far it has come, what it cost and the id of the run go to the error channel.',
    waiting,
    leaving,
  ],
  words: [flowWord],
  flags: [
    payloadFlag,
    withFlag,
    ...budgetFlags,
    { name: 'timeout', value: 'TIME', about: 'from the start to the end, waiting included: 30s, 5m, 2h, 3d' },
    { name: 'start-key', value: 'KEY', about: 'a second start with the same key finds the run of the first' },
    detachFlag,
    yesFlag,
    quietFlag,
    ...modelFlags,
    ...placeFlags,
  ],
  examples: [
    { line: `keelson flow run support.yaml --input '{"text": "It crashes"}'`, about: 'to its end' },
    {
      line: 'keelson flow run support.yaml --input @ticket.json --budget 0.05 --preflight max --timeout 10m',
      about: 'only if the worst case fits',
    },
    {
      line: 'cat ticket.json | keelson flow run support --input - --json',
      about: 'a flow that is kept, in a script',
    },
  ],
  exitCodes: endCodes,
  isServer: true,
  load: () => import('../commands/flow/run.ts'),
};

const listSpec: CommandSpec = {
  name: 'list',
  about: 'Lists runs, the newest first.',
  flags: [
    { name: 'flow', value: 'NAME', about: 'only of this flow', completes: 'flow' },
    {
      name: 'state',
      value: 'STATE',
      choices: ['pending', 'running', 'waiting', 'stopped', 'completed', 'failed', 'cancelled'],
      about: 'only pending, running, waiting, stopped, completed, failed or cancelled ones',
    },
    {
      name: 'before',
      value: 'RUN',
      about: 'only those older than this run: the next page',
      completes: 'run',
    },
    limitFlag,
    ...placeFlags,
  ],
  examples: [{ line: 'keelson flow list --state waiting', about: 'what somebody has to answer' }],
  load: () => import('../commands/flow/list.ts'),
};

const showSpec: CommandSpec = {
  name: 'show',
  about: 'Shows a run: where it is, what it waits for, what it gave and what it cost.',
  words: [runWord],
  flags: [{ name: 'steps', about: 'also every node that it visited' }, ...placeFlags],
  examples: [{ line: 'keelson flow show RUN --steps --json', about: 'all of it, for a script' }],
  load: () => import('../commands/flow/show.ts'),
};

const resumeSpec: CommandSpec = {
  name: 'resume',
  about: 'Works on a run until it is over or waits for somebody. What has been done is not done again.',
  details: [waiting, leaving],
  words: [runWord],
  flags: [yesFlag, quietFlag, ...modelFlags, ...placeFlags],
  examples: [{ line: 'keelson flow resume RUN --yes', about: 'without asking for anything' }],
  exitCodes: endCodes,
  isServer: true,
  load: () => import('../commands/flow/resume.ts'),
};

const cancelSpec: CommandSpec = {
  name: 'cancel',
  about: 'Ends a run for good. What it did to the world stays done.',
  words: [runWord],
  flags: [{ name: 'reason', value: 'TEXT', about: 'why; kept with the run' }, ...placeFlags],
  examples: [
    { line: 'keelson flow cancel RUN --reason "sent by mistake"', about: 'for whoever looks at it later' },
  ],
  exitCodes: [[3, 'it was over already']],
  load: () => import('../commands/flow/cancel.ts'),
};

const approveSpec: CommandSpec = {
  name: 'approve',
  about: 'Answers an approval that a run waits for; or says what an interrupted step came to.',
  details: [
    'Where a run waits for several, they are listed, and --step names the one that is meant.',
    'A step that must not happen twice and was under way when its worker died is not run again: --result says what it came to.',
  ],
  words: [runWord],
  flags: [
    { name: 'step', value: 'PATH', about: 'the node that is meant, where it waits for several' },
    { name: 'reject', about: 'says no' },
    { name: 'note', value: 'TEXT', about: 'why; kept with the answer' },
    { name: 'result', value: 'JSON', about: 'of an interrupted step: JSON, `@FILE` or `-`' },
    ...placeFlags,
  ],
  examples: [
    { line: 'keelson flow approve RUN --note "checked with Ada"', about: 'yes; `flow resume RUN` goes on' },
    { line: 'keelson flow approve RUN --step pay --reject', about: 'no, to one of several' },
  ],
  load: () => import('../commands/flow/approve.ts'),
};

const signalSpec: CommandSpec = {
  name: 'signal',
  about: 'Sends an event to a run, also before one of its nodes waits for it.',
  words: [runWord, { name: 'NAME', about: 'of the event' }],
  flags: [
    { name: 'payload', short: 'p', value: 'JSON', about: 'what it says: JSON, `@FILE` or `-` (null)' },
    { name: 'id', value: 'ID', about: 'of the event: the same again is taken once' },
    ...placeFlags,
  ],
  examples: [
    {
      line: `keelson flow signal RUN paid --payload '{"amount": 5}'`,
      about: 'for a node that waits for `paid`',
    },
  ],
  load: () => import('../commands/flow/signal.ts'),
};

const replaySpec: CommandSpec = {
  name: 'replay',
  about: 'Starts a new run with the results of one that is over, and does anew what is named.',
  details: ['Approvals are not taken over.', waiting, leaving],
  words: [runWord],
  flags: [
    {
      name: 'without',
      value: 'PATH',
      repeats: true,
      about: 'a node that is visited anew, with all below it and all above it',
    },
    detachFlag,
    yesFlag,
    quietFlag,
    ...modelFlags,
    ...placeFlags,
  ],
  examples: [{ line: 'keelson flow replay RUN --without answer', about: 'another answer' }],
  exitCodes: endCodes,
  isServer: true,
  load: () => import('../commands/flow/replay.ts'),
};

const resolveSpec: CommandSpec = {
  name: 'resolve',
  about:
    'Decides what becomes of a run that is stopped, because its version is gone or a backup was restored.',
  words: [
    runWord,
    {
      name: 'CHOICE',
      about:
        'with the version that it was started with, with the newest and what is recorded, anew with the newest, or not at all',
      choices: ['continue', 'adopt', 'restart', 'abandon'],
    },
  ],
  flags: [detachFlag, yesFlag, quietFlag, ...modelFlags, ...placeFlags],
  examples: [{ line: 'keelson flow resolve RUN continue', about: 'where it stopped' }],
  exitCodes: endCodes,
  isServer: true,
  load: () => import('../commands/flow/resolve.ts'),
};

const keepSpec: CommandSpec = {
  name: 'keep',
  about: 'Keeps flows under their names, so that they can be run by these.',
  words: [
    { name: 'FILE', about: 'a flow, YAML or JSON; `-` for standard input', repeats: true, completes: 'file' },
  ],
  flags: placeFlags,
  examples: [{ line: 'keelson flow keep flows/*.yaml', about: 'also flows that use each other' }],
  exitCodes: [[1, 'something is wrong with them; none is kept']],
  load: () => import('../commands/flow/keep.ts'),
};

const keptSpec: CommandSpec = {
  name: 'kept',
  about: 'Lists the flows that are kept, or prints the text of one.',
  words: [{ ...nameWord, isOptional: true }],
  flags: placeFlags,
  examples: [{ line: 'keelson flow kept support > support.yaml', about: 'as it was written' }],
  load: () => import('../commands/flow/kept.ts'),
};

const forgetSpec: CommandSpec = {
  name: 'forget',
  about: 'Keeps a flow no longer. Runs that are under way go on.',
  words: [nameWord],
  flags: [{ name: 'yes', short: 'y', about: 'does not ask' }, ...placeFlags],
  examples: [{ line: 'keelson flow forget support --yes', about: 'in a script' }],
  exitCodes: [[1, 'the answer was no']],
  load: () => import('../commands/flow/forget.ts'),
};

export const flowSpec: CommandSpec = {
  name: 'flow',
  about: 'Checks, estimates and runs flows, and answers what they wait for.',
  commands: [
    checkSpec,
    estimateSpec,
    runSpec,
    listSpec,
    showSpec,
    resumeSpec,
    cancelSpec,
    approveSpec,
    signalSpec,
    replaySpec,
    resolveSpec,
    keepSpec,
    keptSpec,
    forgetSpec,
  ],
};
