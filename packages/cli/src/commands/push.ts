/** `keelson push`: shares profiles of the lockfile through a server, on top of what is there or not at all. */
import {
  canonicalJson,
  chooseProfile,
  diffLockfiles,
  digestProfile,
  documentOfProfile,
  KeelsonError,
  type LockDiff,
  type Lockfile,
  parseProfileDocument,
} from '@keelson/core';
import { asJson } from '../line/as-json.ts';
import type { Run, Surroundings } from '../line/command-spec.ts';
import type { Input } from '../line/input.ts';
import { type OpenLockfile, openLockfile } from '../subject/open-lockfile.ts';
import { renderDiff } from '../subject/render-diff.ts';
import { openServer, type Server } from '../subject/server/server.ts';
import { openSeenRevisions, type SeenRevisions } from '../subject/sync/seen-revisions.ts';
import { findSharedProfile, type SharedProfile } from '../subject/sync/shared-profile.ts';
import { showFirst } from '../subject/sync/show-first.ts';
import { confirm } from '../terminal/confirm.ts';
import type { Look } from '../terminal/look.ts';
import { plain } from '../terminal/table.ts';

export const run: Run = async (input, surroundings) => {
  const open = await openLockfile(input, surroundings);
  const names = chooseNames(open.lockfile, input, surroundings);
  const server = await openServer(input, surroundings);
  const seen = await openSeenRevisions({ lockfile: open.path, server: server.url, surroundings });
  const planned: Planned[] = [];
  for (const name of names) planned.push(await plan(name, { open, server, seen }));
  if (!input.isOn('force')) for (const one of planned) checkBase(one, server);
  const [isDry, changed] = [input.isOn('dry-run'), planned.filter(({ isSame }) => !isSame)];
  const text = (look: Look): string => planned.map((one) => renderPlanned(one, look)).join('\n');
  let isShown = false;
  if (!isDry && changed.length > 0) {
    isShown = showFirst(text, { input, surroundings });
    const question = `Push ${changed.map(({ name }) => name).join(', ')} to ${server.url}?`;
    if (!(await confirm(question, { isSure: input.isOn('yes'), surroundings })))
      return { data: { pushed: null }, exitCode: 1, text: () => 'Nothing was pushed.\n' };
  }
  const done = isDry
    ? planned.map(asPlanned)
    : await pushAll(planned, { input, surroundings, server, seen, open });
  return {
    data: asJson({ path: open.path, server: server.url, isPushed: !isDry, profiles: done }),
    text: (look) => `${isShown ? '' : `${text(look)}\n`}${isDry ? '' : done.map(renderDone).join('')}`,
    notes: [...(isDry ? ['Nothing was pushed.'] : []), ...(await missingAncestors(planned, server))],
  };
};

function chooseNames(lockfile: Lockfile, input: Input, { environment }: Surroundings): string[] {
  if (input.isOn('all')) return [...lockfile.profiles.keys()];
  const asked = input.list('profile') ?? [undefined];
  return [...new Set(asked.map((name) => chooseProfile(lockfile, name, environment).name))];
}

interface Planned {
  readonly name: string;
  readonly mine: Lockfile;
  readonly shared: SharedProfile | undefined;
  /** 0 where it was never seen, or another one was. */
  readonly base: number;
  readonly isSame: boolean;
  readonly diff: LockDiff;
}

interface Places {
  readonly open: OpenLockfile;
  readonly server: Server;
  readonly seen: SeenRevisions;
}

async function plan(name: string, { open, server, seen }: Places): Promise<Planned> {
  const document = documentOfProfile(open.lockfile, name);
  const mine = parseProfileDocument(document, name);
  const shared = await findSharedProfile(server, name);
  const isSame = shared !== undefined && canonicalJson(shared.document) === canonicalJson(document);
  const empty = parseProfileDocument({ version: 1, profiles: { [name]: {} } }, name);
  return {
    name,
    mine,
    shared,
    base: baseOf(seen, name, shared),
    isSame,
    diff: diffLockfiles(shared?.lockfile ?? empty, mine),
  };
}

/** The same number with another content is of another project. */
function baseOf(seen: SeenRevisions, name: string, shared: SharedProfile | undefined): number {
  const { revision = 0, digest } = seen.of(name) ?? {};
  return shared?.revision === revision && shared.digest !== digest ? 0 : revision;
}

/** Asked of the server again with each push; known before anything is sent, nobody is asked in vain. */
function checkBase({ name, shared, base, isSame, diff }: Planned, server: Server): void {
  if (isSame || shared === undefined || shared.revision === base) return;
  const before = base === 0 ? 'it was never pulled or pushed from here' : `here it is based on ${base}`;
  const told = diff.changes.slice(0, 10).map(({ says }) => says);
  throw new KeelsonError(
    'conflict',
    `The profile \`${name}\` of ${server.url} is at revision ${shared.revision}, by \`${shared.pushedBy}\` at ${shared.pushedAt}; ${before}. A push would mean: ${told.join(' ') || 'other descriptions.'}`,
    {
      hint: '`keelson pull` takes over what is there, `keelson pull --merge` keeps aliases that only are here; `--force` takes the place of it. Nothing was pushed.',
    },
  );
}

interface Pushing extends Places {
  readonly input: Input;
  readonly surroundings: Surroundings;
}

interface Done {
  readonly profile: string;
  readonly state: 'pushed' | 'same' | 'planned';
  readonly revision: number;
  readonly digest: string;
  readonly changes: LockDiff['changes'];
}

const asPlanned = ({ name, mine, shared, isSame, diff }: Planned): Done => ({
  profile: name,
  state: isSame ? 'same' : 'planned',
  revision: shared?.revision ?? 0,
  digest: digestProfile(mine, name),
  changes: diff.changes,
});

async function pushAll(planned: readonly Planned[], pushing: Pushing): Promise<Done[]> {
  const { input, surroundings, server, seen, open } = pushing;
  const done: Done[] = [];
  for (const one of planned) {
    const { name, mine, shared, isSame, base } = one;
    const { revision, digest } = isSame && shared !== undefined ? shared : await send();
    await seen.remember(name, { revision, digest });
    done.push({ ...asPlanned(one), state: isSame ? 'same' : 'pushed', revision });

    async function send() {
      const answer = await server.ask('PUT', `/profiles/${encodeURIComponent(name)}`, {
        body: {
          base_revision: base,
          lockfile: documentOfProfile(mine, name),
          digest: digestProfile(mine, name),
          lockfile_digest: open.digest,
          force: input.isOn('force'),
          client: `keelson/${surroundings.version}`,
        },
      });
      return { revision: Number(answer.revision), digest: String(answer.digest) };
    }
  }
  return done;
}

const renderDone = ({ profile, state, revision, digest }: Done): string =>
  `\`${plain(profile)}\` is ${state === 'same' ? 'so already' : 'shared'}, revision ${revision}, ${digest}\n`;

function renderPlanned({ name, diff, isSame, shared }: Planned, look: Look): string {
  const heading = look.bold(`${plain(name)}${shared === undefined ? ', shared for the first time' : ''}`);
  const words =
    diff.same && !isSame && shared !== undefined
      ? 'Only descriptions or dates change.\n'
      : renderDiff(diff, look);
  return `${heading}\n${words}`;
}

/** A profile that inherits is whole only where the other one is shared as well. */
async function missingAncestors(planned: readonly Planned[], server: Server): Promise<string[]> {
  const pushed = new Set(planned.map(({ name }) => name));
  const wanted = new Set(planned.map(({ name, mine }) => mine.profiles.get(name)?.inherits));
  const notes: string[] = [];
  for (const name of wanted)
    if (name !== undefined && !pushed.has(name) && (await findSharedProfile(server, name)) === undefined)
      notes.push(`\`${name}\` is inherited and not shared: push it as well.`);
  return notes;
}
