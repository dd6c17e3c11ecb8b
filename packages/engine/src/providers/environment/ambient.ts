/** What is found of credentials besides the variables that hold keys, and what is asked to find it. */
import type { Secret } from '../../secrets/index.ts';
import type { MachineIdentity } from '../authentication/index.ts';
import type { Environment, ReadFile } from './read-variable.ts';

/** What it holds takes the place of what variables of the same kind say. */
export interface Ambient {
  readonly settings?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, Secret>>;
  readonly identity?: MachineIdentity;
}

export interface AmbientQuestion {
  readonly provider: string;
  readonly env: Environment;
  readonly readFile: ReadFile;
  /** What the operator chose of the chain's sources; `undefined` leaves it to the variables that are set. */
  readonly source: string | undefined;
}
