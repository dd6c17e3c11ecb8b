// Registrations over HTTP: asked by whoever comes, confirmed with what was sent to them, listed and decided by whoever runs the server.
import type { Registration, Storage } from '@keelson/engine';
import {
  type AnyApiRoute,
  decodeCursor,
  encodeCursor,
  flag,
  limitOf,
  object,
  oneOf,
  optional,
  pageFields,
  pageOf,
  route,
  text,
  time,
  type ValueOf,
} from '../contract/index.ts';
import type { Registrar } from '../registration/index.ts';
import { toOptionalTime, toTime } from './times.ts';

export interface RegistrationRoutesDeps {
  readonly storage: Pick<Storage, 'registrations'>;
  readonly registrar: Registrar;
}

const chapter = 'Registration';
const states = ['pending', 'active', 'refused'] as const;
const email = text('Where a message reaches whoever registers.', {
  least: 3,
  most: 254,
  pattern: '^[^\\s@]+@[^\\s@]+$',
});
const state = oneOf('`active`: its key is good.', states);

const request = object({
  email,
  organization: text('What it is called; in addresses in small letters, digits and dashes.', { least: 1 }),
  project: text('The first project in it.', { least: 1 }),
  accept_terms: flag('Whether the terms of whoever runs the server are accepted; nothing is done without.'),
});
const registered = object({
  registration: text('What it is called.'),
  state,
  api_key: text('Shown now and never again; good once the state is `active`.'),
  organisation: text('What it is called in addresses.'),
  workspace: text('The project, as it is called in addresses.'),
  expires_at: time('Until when it waits.'),
});
const confirmation = object({
  token: text('What was sent.', { least: 1, most: 100, isSecret: true }),
});
const decision = object({ is_approved: flag('Whether its key becomes good.') });
const shown = object({
  id: text('What it is called.'),
  email: text('Where a message reaches them.', { most: 254 }),
  organisation: text('What was asked for, as it is called in addresses.'),
  workspace: text('The project, as it is called in addresses.'),
  address: text('From where it was asked.'),
  state,
  created_at: time('When it was asked.'),
  expires_at: time('Until when it may be confirmed.'),
  decided_at: optional(time('When it was decided.')),
  key_id: optional(text('The key that it got.')),
  token: optional(
    text(
      'What is to be sent to the address, where this server sends nothing by itself; POST /register/confirm takes it.',
    ),
  ),
});
const { limit, cursor } = pageFields(['-created_at']);
const question = object({ limit, cursor });

export function registrationRoutes(deps: RegistrationRoutesDeps): readonly AnyApiRoute[] {
  return [register(deps), listRegistrations(deps), decide(deps), confirm(deps)];
}

function register({ registrar }: RegistrationRoutesDeps): AnyApiRoute {
  return route({
    name: 'register',
    method: 'POST',
    path: '/register',
    chapter,
    summary: 'Asks for an organisation, a project in it and a key',
    description:
      'Refused unless KEELSON_REGISTRATION allows it. That the terms were accepted, and by whom, stands in the audit log of the installation.',
    isOpen: true,
    level: 'installation',
    body: request,
    answer: registered,
    isMaking: true,
    action: 'registrations.create',
    example: {
      body: { email: 'ada@example.com', organization: 'Example', project: 'first', accept_terms: true },
    },
    handle: async ({ body, caller }) => {
      const { registration, secret } = await registrar.register({
        email: body.email,
        organisation: body.organization,
        project: body.project,
        acceptsTerms: body.accept_terms,
        address: caller.address,
      });
      return {
        registration: registration.id,
        state: registration.state,
        api_key: secret,
        organisation: registration.organisation,
        workspace: registration.project,
        expires_at: toTime(registration.expiresAt),
      };
    },
  });
}

function confirm({ registrar }: RegistrationRoutesDeps): AnyApiRoute {
  return route({
    name: 'confirmRegistration',
    method: 'POST',
    path: '/register/confirm',
    chapter,
    summary: 'Makes the key of a registration good, with what was sent',
    isOpen: true,
    level: 'installation',
    body: confirmation,
    answer: object({ state, organisation: text('Whose the key is.'), workspace: text('The project.') }),
    action: 'registrations.confirm',
    example: { body: { token: 'as-it-was-sent' } },
    handle: async ({ body }) => {
      const { state: now, organisation, project } = await registrar.confirm(body.token);
      return { state: now, organisation, workspace: project };
    },
  });
}

function listRegistrations({ storage }: RegistrationRoutesDeps): AnyApiRoute {
  return route({
    name: 'listRegistrations',
    method: 'GET',
    path: '/registrations',
    chapter,
    summary: 'Registrations, the newest first',
    permission: 'organisation:write',
    level: 'installation',
    query: question,
    answer: pageOf('Registrations.', shown),
    example: { query: { limit: 10 } },
    handle: async ({ query }) => {
      const [before] = decodeCursor(query.cursor, ['string']) ?? [];
      const most = limitOf(query);
      const found = await storage.registrations.list({
        limit: most + 1,
        ...(before !== undefined && { before }),
      });
      const data = found.slice(0, most).map(show);
      const last = data.at(-1);
      return {
        data,
        next_cursor: found.length > most && last !== undefined ? encodeCursor([last.id]) : null,
      };
    },
  });
}

function decide({ registrar }: RegistrationRoutesDeps): AnyApiRoute {
  return route({
    name: 'decideRegistration',
    method: 'POST',
    path: '/registrations/{id}/decide',
    chapter,
    summary: 'Approves a registration, or refuses it',
    permission: 'organisation:write',
    level: 'installation',
    body: decision,
    answer: shown,
    action: 'registrations.decide',
    example: { body: { is_approved: true } },
    handle: async ({ params: { id = '' }, body }) => show(await registrar.decide(id, body.is_approved)),
  });
}

function show(one: Registration): ValueOf<typeof shown> {
  return {
    id: one.id,
    email: one.email,
    organisation: one.organisation,
    workspace: one.project,
    address: one.address,
    state: one.state,
    created_at: toTime(one.createdAt),
    expires_at: toTime(one.expiresAt),
    decided_at: toOptionalTime(one.decidedAt),
    key_id: one.keyId,
    token: one.message,
  };
}
