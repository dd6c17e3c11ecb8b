// The compiler turns `./x.ts` into `./x.js` in JavaScript but leaves it in declarations, where a consumer's tools
// would look for a file that is not published. This mends the text; reading and writing files does not belong here.

const relativeTsImport = /(from\s+|import\(|import\s+)(['"])(\.{1,2}\/[^'"]+)\.ts\2/g;

export function renderPublishedDeclarations(text: string): string {
  return text.replace(relativeTsImport, '$1$2$3.js$2');
}
