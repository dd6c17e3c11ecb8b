// Registration: somebody asks for an organisation with a project and a key of its own, which is good once the registration is. Off
// unless whoever runs the server allows it. What is asked over HTTP, and how, belongs to resources.
import { createHash } from 'node:crypto';
import { KeelsonError } from '@keelson/core';
import type { Clock, Log, Registration, Storage } from '@keelson/engine';
import { activateKey, createAddressCount, type LiveKeyRing, prepareKey } from '../../auth/index.ts';

/**
 * `closed`: nobody registers. `open`: the key is good at once. `verified`: once the address is shown to be theirs. `approved`:
 * once somebody who runs the server agrees.
 */
type RegistrationMode = 'closed' | 'open' | 'verified' | 'approved';

/** What reaches whoever registers: `token` shows that the address is theirs. */
export interface Verification {
  readonly email: string;
  readonly organisation: string;
  readonly registration: string;
  readonly token: string;
}

export interface RegistrationSettings {
  readonly mode: RegistrationMode;
  /** Without it, the message waits in the registration, for whoever runs the server to read. */
  send?(verification: Verification): Promise<void>;
  /** Of one address in an hour. */
  readonly mostPerHour?: number;
}

export interface RegistrationDeps {
  readonly storage: Pick<Storage, 'registrations' | 'tenants' | 'keys'>;
  readonly ring: Pick<LiveKeyRing, 'refresh'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly draw: (count: number) => Uint8Array;
}

interface RegistrationRequest {
  readonly email: string;
  readonly organisation: string;
  readonly project: string;
  readonly acceptsTerms: boolean;
  readonly address: string;
}

interface Registered {
  readonly registration: Registration;
  /** Shown now and never again. */
  readonly secret: string;
}

export interface Registrar {
  readonly mode: RegistrationMode;
  register(request: RegistrationRequest): Promise<Registered>;
  /** By whoever has the token that was sent. */
  confirm(token: string): Promise<Registration>;
  /** By whoever runs the server. */
  decide(id: string, isApproved: boolean): Promise<Registration>;
}

const hourMs = 3_600_000;
const pendingMs = 24 * hourMs;
const usualPerHour = 5;

export function createRegistrar(settings: RegistrationSettings, deps: RegistrationDeps): Registrar {
  const { mode, mostPerHour = usualPerHour } = settings;
  const count = createAddressCount({ clock: deps.clock, windowMs: hourMs });
  return {
    mode,
    register: async (request) => {
      if (mode === 'closed') throw closed();
      const { times, retryAfterMs } = count(request.address);
      if (times > mostPerHour) throw tooMany(retryAfterMs);
      return register(request, settings, deps);
    },
    confirm: async (token) => {
      const found = await deps.storage.registrations.findByToken(hashOf(token));
      if (found === undefined || mode !== 'verified') throw unknown();
      return activate(found, deps);
    },
    decide: (id, isApproved) => decide(id, isApproved, deps),
  };
}

async function register(
  request: RegistrationRequest,
  settings: RegistrationSettings,
  deps: RegistrationDeps,
): Promise<Registered> {
  const { storage, clock, newId, draw } = deps;
  if (!request.acceptsTerms)
    throw new KeelsonError('invalid_request', 'The terms are not accepted.', {
      hint: 'Read the terms of whoever runs this server, and send `accept_terms` as true.',
      details: { field: 'body.accept_terms' },
    });
  const organisation = idOf(request.organisation, 'organization');
  const project = `${organisation}.${idOf(request.project, 'project')}`.slice(0, 63);
  await checkFree(organisation, project, storage);
  const { secret, ...key } = prepareKey(draw);
  const token = Buffer.from(draw(24)).toString('base64url');
  const at = clock.now();
  const isWaitingForMail = settings.mode === 'verified';
  const registration: Registration = {
    ...{ id: newId(), email: request.email.toLowerCase(), organisation, project, address: request.address },
    ...{ ...key, state: 'pending', tokenSha256: hashOf(token), createdAt: at, expiresAt: at + pendingMs },
    ...(isWaitingForMail && settings.send === undefined && { message: token }),
  };
  await storage.registrations.insert(registration);
  if (settings.mode === 'open') return { registration: await activate(registration, deps), secret };
  if (isWaitingForMail) await tell({ registration, token }, settings, deps);
  deps.log.warn('Somebody registers.', { registration: registration.id, organisation, waits: settings.mode });
  return { registration, secret };
}

/** Without its message nobody could go on: then it is as if nobody had asked. */
async function tell(
  { registration, token }: { readonly registration: Registration; readonly token: string },
  { send }: RegistrationSettings,
  { storage, clock, log }: RegistrationDeps,
): Promise<void> {
  const { id, email, organisation } = registration;
  try {
    await send?.({ email, organisation, registration: id, token });
  } catch (cause) {
    log.error('The message to somebody who registers could not be sent.', { registration: id, error: cause });
    await storage.registrations.decide(id, { state: 'refused', at: clock.now() });
    throw unsent(cause);
  }
}

async function decide(id: string, isApproved: boolean, deps: RegistrationDeps): Promise<Registration> {
  const { storage, clock } = deps;
  const found = await storage.registrations.find(id);
  if (found === undefined)
    throw new KeelsonError('not_found', `There is no registration \`${id.slice(0, 64)}\`.`);
  if (isApproved) return activate(found, deps);
  const at = clock.now();
  if (!(await storage.registrations.decide(id, { state: 'refused', at }))) throw decided(found);
  return { ...found, state: 'refused', decidedAt: at };
}

/** Of two who do it at once, one does. What a process that died left half done is done by whoever asks again. */
async function activate(found: Registration, deps: RegistrationDeps): Promise<Registration> {
  const { storage, clock } = deps;
  const at = clock.now();
  if (found.state === 'active' && (await storage.keys.find(found.id)) === undefined)
    return finish(found, deps);
  if (found.state !== 'pending') throw decided(found);
  if (found.expiresAt <= at)
    throw new KeelsonError('conflict', 'This registration has run out.', { hint: 'Register again.' });
  if (!(await storage.registrations.decide(found.id, { state: 'active', at, keyId: found.id })))
    throw decided(found);
  const { message: _, ...rest } = found;
  return finish({ ...rest, state: 'active', decidedAt: at, keyId: found.id }, deps);
}

async function finish(
  found: Registration,
  { storage, clock, ring }: RegistrationDeps,
): Promise<Registration> {
  try {
    await makeTenant(found, storage, clock.now());
  } catch (error) {
    await storage.registrations.reopen(found.id);
    throw error;
  }
  await ring.refresh();
  return found;
}

async function makeTenant(
  found: Registration,
  { tenants, keys }: RegistrationDeps['storage'],
  createdAt: number,
): Promise<void> {
  const { organisation, project } = found;
  const made = { createdAt, createdBy: found.id };
  const isOurs = (one: { readonly createdBy?: string } | undefined): boolean => one?.createdBy === found.id;
  await unlessThere(
    () => tenants.createOrganisation({ id: organisation, name: organisation, ...made }),
    async () => isOurs((await tenants.organisations()).find(({ id }) => id === organisation)),
  );
  await unlessThere(
    () => tenants.createWorkspace({ id: project, name: project, organisation, ...made }),
    async () => isOurs(await tenants.findWorkspace(project)),
  );
  const name = `registered by ${found.email}`.slice(0, 200);
  const rights = { role: 'project', organisation, workspace: project };
  await unlessThere(
    () => activateKey({ keys }, found, { id: found.id, name, ...rights, ...made }),
    async () => isOurs(await keys.find(found.id)),
  );
}

async function unlessThere(make: () => Promise<void>, isThere: () => Promise<boolean>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!KeelsonError.is(error) || error.code !== 'conflict' || !(await isThere())) throw error;
  }
}

async function checkFree(
  organisation: string,
  project: string,
  { tenants }: Pick<Storage, 'tenants'>,
): Promise<void> {
  const isTaken =
    (await tenants.organisations()).some(({ id }) => id === organisation) ||
    (await tenants.findWorkspace(project)) !== undefined;
  if (!isTaken) return;
  throw new KeelsonError('conflict', 'This address or this organisation is registered already.', {
    hint: 'Choose another name, or ask somebody of that organisation for a key.',
  });
}

/** `Acme & Söhne` is `acme-sohne` in addresses. */
function idOf(name: string, field: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const id = plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 30);
  if (id !== '') return id;
  throw new KeelsonError('invalid_request', `\`body.${field}\` has no letter that an address may have.`, {
    hint: 'Write it with letters from a to z or digits.',
    details: { field: `body.${field}` },
  });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function unsent(cause: unknown): KeelsonError {
  return new KeelsonError('internal_error', 'The message to this address could not be sent.', {
    hint: 'Try again later, or ask whoever runs this server.',
    cause,
  });
}

function closed(): KeelsonError {
  return new KeelsonError('permission_denied', 'Nobody registers by themselves on this server.', {
    hint: 'Ask whoever runs it for a key; KEELSON_REGISTRATION would allow it.',
  });
}

function tooMany(retryAfterMs: number): KeelsonError {
  return new KeelsonError('limit_reached', 'This address has registered too often.', {
    hint: 'Wait for the time in retry-after.',
    details: { retryAfterMs },
  });
}

function unknown(): KeelsonError {
  return new KeelsonError('not_found', 'This confirmation is not known.', {
    hint: 'Copy all of it, or register again if it is older than a day.',
  });
}

function decided({ id }: Registration): KeelsonError {
  return new KeelsonError('conflict', `The registration \`${id}\` is decided already.`, {
    hint: 'A key that was active before is active still.',
  });
}
