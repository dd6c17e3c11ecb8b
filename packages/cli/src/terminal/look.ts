/** How text looks: in colours or not, by what the terminal and its owner want. */

export interface Look {
  readonly isColored: boolean;
  /** Whether somebody sees it at once, rather than another program. */
  readonly isTerminal: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

export interface LookSettings {
  readonly isTerminal: boolean;
  readonly when?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function createLook({ isTerminal, when = 'auto', environment }: LookSettings): Look {
  const isColored = when === 'auto' ? wantsColors(isTerminal, environment) : when === 'always';
  const paint = (code: number, end: number) => (text: string) =>
    isColored && text !== '' ? `\u001b[${code}m${text}\u001b[${end}m` : text;
  return {
    isColored,
    isTerminal,
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
  };
}

/** An empty variable counts as none, as no-color.org says. */
function wantsColors(
  isTerminal: boolean,
  { NO_COLOR, FORCE_COLOR, TERM }: LookSettings['environment'],
): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR) return FORCE_COLOR !== '0';
  return isTerminal && TERM !== 'dumb';
}
