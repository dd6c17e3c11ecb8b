/** A command line that cannot be understood. It is told with what was meant, and ends with code 2. */

export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string;
  /** A name that was not known, and those that are: what was meant is looked for when it is told. */
  readonly misspelt:
    | { readonly name: string; readonly known: readonly string[]; readonly mark: string }
    | undefined;

  constructor(
    message: string,
    options: { readonly hint: string; readonly misspelt?: UsageError['misspelt']; readonly cause?: unknown },
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.misspelt = options.misspelt;
  }
}
