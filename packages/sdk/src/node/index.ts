// What only Node can do: files by their paths.
export { fileAt } from './file-at.ts';
