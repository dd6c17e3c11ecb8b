/**
 * Secrets that a program prints, such as a password manager's. No shell reads the command; the program gets the few
 * variables of the environment that programs need, no input, and is killed with its children when it takes too long or
 * prints too much. What it says on its standard error is thrown away: it may be the secret.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { type FoundSecret, maxSecretBytes, type SecretSource, secretError } from '../secret-source.ts';
import { decodeText, withoutLineBreak } from './file.ts';

export interface CommandSourceSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables that it gets besides the usual ones. */
  readonly allowed?: readonly string[];
  /** Where it runs. */
  readonly folder: string;
}

/** Who and where one is, in which language, and how a password manager finds its agent. */
const usual = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LC_ALL',
  'TMPDIR',
  'TZ',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'DBUS_SESSION_BUS_ADDRESS',
];

export function createCommandSource({ env, allowed = [], folder }: CommandSourceSettings): SecretSource {
  const reduced = Object.fromEntries(
    [...usual, ...allowed].flatMap((name) => (Object.hasOwn(env, name) ? [[name, env[name]]] : [])),
  );
  return {
    read: ({ words = [], label }, signal) =>
      new Promise<FoundSecret>((resolve, reject) => {
        const [program = '', ...rest] = words;
        // A group of its own, so that its children can be ended with it.
        const child = spawn(program, rest, {
          cwd: folder,
          env: reduced,
          stdio: ['ignore', 'pipe', 'ignore'],
          detached: true,
          shell: false,
        });
        const parts: Uint8Array[] = [];
        let length = 0;
        const stop = (): void => killGroup(child);
        signal.addEventListener('abort', stop, { once: true });
        child.stdout.on('data', (bytes: Uint8Array) => {
          length += bytes.length;
          parts.push(bytes);
          if (length <= maxSecretBytes) return;
          stop();
          reject(
            secretError(
              label,
              `is longer than ${maxSecretBytes} bytes`,
              'Let the command print only the secret.',
            ),
          );
        });
        child.on('error', (cause) => {
          reject(
            secretError(label, 'has a program that cannot be started', 'Check its name and the PATH.', cause),
          );
        });
        child.on('close', (code) => {
          signal.removeEventListener('abort', stop);
          if (code !== 0) {
            const how = code === null ? 'was killed' : `ended with ${code}`;
            reject(secretError(label, `was not printed: the command ${how}`, 'Run the command by hand.'));
            return;
          }
          try {
            resolve({ value: withoutLineBreak(decodeText(Buffer.concat(parts), label)) });
          } catch (error) {
            reject(error);
          }
        });
      }),
  };
}

function killGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}
