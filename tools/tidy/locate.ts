/** Where a path lies in the floor plan: its package, its floor, its room, its dialect. Only names, no files are read. */
import { posix } from 'node:path';
import { dialectsFolder, type Floor, floors } from './floor-plan.ts';

/** The folder of the package that owns a path; '' for everything that belongs to the root. */
export function packageFolderOf(path: string): string {
  return /^(packages|apps)\/[^/]+(?=\/)/.exec(path)?.[0] ?? '';
}

export function floorOf(path: string): Floor | undefined {
  const folder = packageFolderOf(path);
  return floors.find((floor) => floor.folder === folder);
}

/** The floor whose code this is: files under `src`, not a package's configuration. */
export function floorOfCode(path: string): Floor | undefined {
  const floor = floorOf(path);
  return floor !== undefined && path.startsWith(`${floor.folder}/src/`) ? floor : undefined;
}

/** The floor that a bare specifier names, with the rest after the package's name. */
export function floorNamedBy(
  specifier: string,
): { readonly floor: Floor; readonly subpath: string } | undefined {
  const name = packageNameOf(specifier);
  const floor = floors.find((one) => one.packageName === name);
  return floor && { floor, subpath: specifier.slice(name.length + 1) };
}

/** `@scope/name/deep` is `@scope/name`; `name/deep` is `name`. */
export function packageNameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** The path that a relative specifier means, or undefined for a bare one. */
export function resolveRelative(fromFile: string, specifier: string): string | undefined {
  if (!/^\.\.?(\/|$)/.test(specifier)) return undefined;
  return posix.join(posix.dirname(fromFile), specifier.replace(/\?.*$/, ''));
}

export interface RoomPlace {
  readonly room: string;
  /** True for a file directly under `src`, such as `index.ts` or the server's `app.ts`. */
  readonly isTopFile: boolean;
  /** Position of the room's line in the floor's list, -1 where the plan does not know the room. */
  readonly level: number;
}

/** The room of a file in a floor that has rooms. */
export function roomOf(floor: Floor, path: string): RoomPlace | undefined {
  const source = `${floor.folder}/src/`;
  if (floor.rooms === undefined || !path.startsWith(source)) return undefined;
  const [first = '', ...deeper] = path.slice(source.length).split('/');
  const room = deeper.length === 0 ? first.replace(/\..*$/, '') : first;
  const level = floor.rooms.findIndex((line) => line.includes(room));
  return { room, isTopFile: deeper.length === 0, level };
}

/** The dialect whose folder holds a path. */
export function dialectOf(path: string): string | undefined {
  if (!path.startsWith(`${dialectsFolder}/`)) return undefined;
  const [first, ...deeper] = path.slice(dialectsFolder.length + 1).split('/');
  return deeper.length > 0 && first !== undefined && !first.startsWith('__') ? first : undefined;
}

/** Whether a path is one of these, or below one that ends in a slash. */
export function isAmong(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}
