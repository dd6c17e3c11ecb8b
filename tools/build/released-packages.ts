// Which packages are published, lowest floor first, and where a build puts them.
import { resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');

/** Each is compiled against the declarations of those before it. */
export const releasedPackages = ['core', 'engine', 'sdk', 'server', 'simulator', 'cli'] as const;

export const sourceFolder = (name: string): string => resolve(root, 'packages', name);
export const releaseFolder = (name: string): string => resolve(root, 'release', name);
