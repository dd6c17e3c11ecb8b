/**
 * Where a secret is, written down in place of the secret: `env:NAME`, `file:PATH`, `cmd:...`, `vault:path#field`,
 * `aws-sm:NAME#field`, `gcp-sm:projects/.../secrets/NAME`. What is no reference may be the secret itself, so no error
 * repeats it.
 */
import { KeelsonError } from '@keelson/core';
import { splitCommand } from './command-words.ts';

export type SecretKind = 'env' | 'file' | 'cmd' | 'vault' | 'aws-sm' | 'gcp-sm';

export interface SecretReference {
  readonly kind: SecretKind;
  /** What the source is asked for: a name, a path. */
  readonly locator: string;
  /** Of a secret that is a JSON object. */
  readonly field?: string;
  /** The program and its arguments. */
  readonly words?: readonly string[];
  /** For messages: what may be shown of it. */
  readonly label: string;
}

const reads = {
  env: readName,
  file: readPath,
  cmd: readCommand,
  vault: readVault,
  'aws-sm': readAws,
  'gcp-sm': readGcp,
} as const satisfies Record<SecretKind, (rest: string) => Omit<SecretReference, 'kind'>>;

/** Whether a text begins as references do; without it, it is taken for a secret. */
export function isReference(text: string): boolean {
  return /^(?:env|file|cmd|vault|aws-sm|gcp-sm|keyring):/.test(text);
}

export function parseReference(text: string): SecretReference {
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(colon, 0));
  if (kind === 'keyring') {
    throw new KeelsonError('configuration_invalid', 'Secrets of a keyring (`keyring:`) cannot be read yet.', {
      hint: 'Use `cmd:` with the program of your keyring, such as `cmd:secret-tool lookup service keelson`.',
    });
  }
  if (!isKind(kind)) {
    throw new KeelsonError('configuration_invalid', 'A secret is named in no way that is known here.', {
      hint: 'Begin it with env:, file:, cmd:, vault:, aws-sm: or gcp-sm:; docs/secrets.md has examples.',
    });
  }
  return { kind, ...reads[kind](text.slice(colon + 1)) };
}

function isKind(kind: string): kind is SecretKind {
  return Object.hasOwn(reads, kind);
}

type Read = Omit<SecretReference, 'kind'>;

function readName(rest: string): Read {
  if (!/^[A-Za-z_]\w{0,255}$/.test(rest))
    throw malformed('env', 'Write env:NAME with the name of a variable.');
  return { locator: rest, label: `env:${rest}` };
}

function readPath(rest: string): Read {
  if (!/^[^\0\r\n]{1,4096}$/.test(rest)) throw malformed('file', 'Write file:PATH with the path of a file.');
  return { locator: rest, label: `file:${rest}` };
}

/** Of a command only the program is shown: its arguments may hold what nobody should read. */
function readCommand(rest: string): Read {
  const words = splitCommand(rest);
  const program = words[0]?.split('/').at(-1) ?? '';
  return { locator: rest, words, label: `cmd:${program.replace(/[^\w.-]/g, '?').slice(0, 40)} ...` };
}

function readVault(rest: string): Read {
  const { locator, field } = splitField(rest);
  if (field === undefined || !/^[\w.-]+(?:\/[\w.-]+)+$/.test(locator) || hasDots(locator)) {
    throw malformed(
      'vault',
      'Write vault:path#field with the path of the API, such as vault:secret/data/openai#key.',
    );
  }
  return { locator, field, label: `vault:${locator}#${field}` };
}

function readAws(rest: string): Read {
  const { locator, field } = splitField(rest);
  if (!/^[\w/+=.@:-]{1,2048}$/.test(locator))
    throw malformed('aws-sm', 'Write aws-sm:NAME or aws-sm:NAME#field with a name or ARN.');
  return withField('aws-sm', locator, field);
}

function readGcp(rest: string): Read {
  const { locator, field } = splitField(rest);
  const pattern =
    /^projects\/[\w:.-]+(?:\/locations\/[a-z0-9-]+)?\/secrets\/[\w-]{1,255}(?:\/versions\/[\w-]+)?$/;
  if (!pattern.test(locator) || hasDots(locator))
    throw malformed('gcp-sm', 'Write gcp-sm:projects/PROJECT/secrets/NAME, with /versions/N if you like.');
  return withField('gcp-sm', locator, field);
}

function withField(kind: SecretKind, locator: string, field: string | undefined): Read {
  if (field === undefined) return { locator, label: `${kind}:${locator}` };
  return { locator, field, label: `${kind}:${locator}#${field}` };
}

function splitField(rest: string): { locator: string; field?: string } {
  const at = rest.indexOf('#');
  if (at === -1) return { locator: rest };
  const field = rest.slice(at + 1);
  // An empty locator is refused by whoever asked.
  return /^[\w.-]{1,255}$/.test(field) ? { locator: rest.slice(0, at), field } : { locator: '' };
}

/** They would lead the request elsewhere. */
function hasDots(path: string): boolean {
  return path.split('/').some((segment) => /^\.+$/.test(segment));
}

function malformed(kind: SecretKind, hint: string): KeelsonError {
  return new KeelsonError('configuration_invalid', `A secret named by \`${kind}:\` is not written as such.`, {
    hint,
  });
}
