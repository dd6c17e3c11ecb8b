/** Variables inside a file: `${NAME}` and `${NAME:-what else}`; `$${` stands for itself. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Interpolated {
  readonly text: string;
  /** Why it cannot be told. */
  readonly problem?: string;
}

const pattern = /\$\$\{|\$\{([A-Za-z_]\w*)(?::-([^}]*))?\}|\$\{/g;

/** Undefined where the text names no variable. */
export function interpolate(text: string, environment: Environment): Interpolated | undefined {
  if (!text.includes('${')) return undefined;
  let problem: string | undefined;
  const filled = text.replace(pattern, (whole, name: string | undefined, otherwise: string | undefined) => {
    if (whole === '$${') return '${';
    if (name === undefined) {
      problem =
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is what people write.
        'has a `${` that names no variable. Write `${NAME}` or `${NAME:-otherwise}`, or `$${` for the signs themselves.';
      return '';
    }
    // An empty variable is one that is not set, as with all others that are read.
    const value = environment[name] || otherwise;
    if (value === undefined)
      problem = `needs the variable ${name}, which is not set. Set it, or write \`\${${name}:-otherwise}\`.`;
    return value ?? '';
  });
  return problem === undefined ? { text: filled } : { text: filled, problem };
}
