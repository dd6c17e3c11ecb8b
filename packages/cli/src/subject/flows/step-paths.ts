/** Paths of steps as people have them: without what is the same in all of them, and without what belongs to a node. */
import { UsageError } from '../../line/usage-error.ts';

/** `inner/greet`; a slash alone is the flow itself. */
export const shortPath = (path: string): string => path.replace(/^\/[^/]*\/?/, '') || '/';

/** An approval or a timer of a node has a path of its own behind that of the node. */
export const ownerOf = (path: string): string => path.replace(/~[^/]*$/, '');

/** Of the node that it belongs to. */
export const nodeOf = (path: string): string => shortPath(ownerOf(path));

/** The event by which somebody says what an interrupted step came to. */
export const isResultOf = (path: string, event: string | undefined): boolean =>
  event === `result of ${ownerOf(path)}`;

/** Whether it asks what became of a step that was cut off, rather than what is to be done. */
export const isInterruption = (path: string): boolean => /~interrupted\[\d+\]$/.test(path);

/** Whole or short, of the step or of its node. */
export const isMeant = (path: string, written: string): boolean =>
  [path, shortPath(path), ownerOf(path), nodeOf(path)].includes(written);

/** The whole path of what was written. Throws where the run has nothing there. */
export function wholePath(written: string, known: readonly string[]): string {
  const exact = known.find((path) => isMeant(path, written));
  if (exact !== undefined) return ownerOf(exact);
  throw new UsageError(`The run visited no node \`${written.slice(0, 200)}\`.`, {
    hint: '`keelson flow show RUN --steps` lists those that it visited.',
    misspelt: { name: written, known: known.map(nodeOf), mark: '' },
  });
}
