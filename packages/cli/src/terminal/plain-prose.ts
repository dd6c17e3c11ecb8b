/** Text of a model for a terminal: lines and tabs stay, nothing in it may move the cursor, change the terminal or turn letters around. */

/** Each letter by itself, so that it does not matter how the text is cut into pieces. */
export const plainProse = (text: string): string =>
  text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, (sign) =>
    sign === '\n' || sign === '\t' ? sign : '\ufffd',
  );
