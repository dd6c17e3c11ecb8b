/** Settings that are secrets: never taken from the command line, and kept in a file of their own when they are given otherwise. */
import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isReference } from '@keelson/engine';
import { UsageError } from '../line/usage-error.ts';
import type { ConfigurationRoom } from './configuration.ts';
import { deps } from './writing.ts';

const ofProviders = /^providers\.[^.]+\.(?:key$|secrets\.)/;
const secretHeader = /^providers\.[^.]+\.headers\..*(?:authorization|cookie|token|secret|password|key)/i;

export function isSecretSetting(path: string, { settingRows }: ConfigurationRoom): boolean {
  if (ofProviders.test(path) || secretHeader.test(path)) return true;
  return settingRows.some((row) => row.path === path && row.isSecret === true);
}

/** Whoever else is on this machine reads the command line of a process, and a shell remembers it. */
export function refuseSecret(path: string, value: string): void {
  if (isReference(value) || isAddressWithoutPassword(value)) return;
  throw new UsageError(`\`${path}\` is a secret, which does not belong on a command line.`, {
    hint: `Name where it is, such as env:NAME or file:PATH, or give it on standard input: \`keelson config set ${path} - < FILE\`.`,
  });
}

/** As databases have them. */
function isAddressWithoutPassword(value: string): boolean {
  const address = URL.parse(value);
  if (address === null || address.host === '') return false;
  return address.password === '' && !address.searchParams.has('password');
}

const [ownersFolder, ownersFile] = [0o700, 0o600];

export interface KeptSecret {
  readonly path: string;
  /** Of the settings, beside which it is kept. */
  readonly file: string;
  readonly secret: string;
}

/** Returns the reference that names it. */
export async function keepSecret({ path, file, secret }: KeptSecret): Promise<string> {
  const problem = problemWith(secret);
  if (problem !== undefined)
    throw new UsageError(`What came on standard input ${problem}.`, {
      hint: `Write \`keelson config set ${path} - < FILE\`, with the secret alone in it.`,
    });
  if (isReference(secret)) return secret;
  const folder = join(dirname(file), 'secrets');
  await mkdir(folder, { recursive: true, mode: ownersFolder });
  const kept = join(folder, path.replaceAll(/[^\w.-]/g, '_'));
  const fresh = join(folder, `.${Buffer.from(deps.random.bytes(12)).toString('hex')}.new`);
  try {
    const handle = await open(fresh, 'wx', ownersFile);
    try {
      await handle.writeFile(`${secret}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(fresh, kept);
    await chmod(kept, ownersFile);
  } finally {
    await rm(fresh, { force: true });
  }
  return `file:${kept}`;
}

const longest = 64 * 1024;

function problemWith(secret: string): string | undefined {
  if (secret === '') return 'is empty';
  if (secret.length > longest) return 'is too long for a secret';
  return secret.includes('\0') ? 'is no text' : undefined;
}
