import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught } from '../planted-tree.ts';

// Put together here, because this file is judged as well.
const slash = '/';
const host = ['registry', 'npmjs', 'org'].join('.');
const path = (folder: string): string =>
  `\`${slash}${folder}/\` is a path of somebody's machine; write it from the root of the repository, or make it configurable.`;

const clean = {
  'README.md': `See https://example.com/home/page, ~${slash}work/x, ./root/y, \`/homework\`, docs/home/z and $HOME/home/.\n`,
  'package-lock.json': '{\n  "packages/core": { "resolved": "packages/core", "link": true }\n}\n',
  'logo.png': `${slash}home/nobody/`,
  'docs/blob.txt': `\0 ${slash}home/nobody/`,
};

describe('repository words', () => {
  it.each(['work', 'home', 'root', 'Users'])('catches a path under %s, however it is quoted', (folder) => {
    const at = `${slash}${folder}/x`;
    expectCaught({
      clean,
      planted: { 'README.md': `fine\n${at}\n"${at}"\nfile://${at}\n(${at})\nPATH=${at}\n` },
      says: [2, 3, 4, 5, 6].map((line) => `README.md:${line}: ${path(folder)}`),
    });
  });

  it('catches the host of a registry in any file', () => {
    expectCaught({
      clean,
      planted: { '.npmrc': `registry=https://${host}/\n` },
      says: [`.npmrc:1: \`${host}\` is the host of a package registry; leave it to the user's npm settings.`],
    });
  });

  it('catches a lock that names where packages came from', () => {
    expectCaught({
      clean,
      planted: { 'package-lock.json': '{\n  "resolved": "https://mirror.example.com/x.tgz"\n}\n' },
      says: [
        'package-lock.json:2: the lock names the host of a registry; write it again with `omit-lockfile-registry-resolved=true` in .npmrc.',
      ],
    });
  });

  it('accepts an allowance for that word in that file', () => {
    const files = { Dockerfile: `WORKDIR ${slash}home/node/app\n` };
    const allowance = {
      rule: 'repository-words',
      file: 'Dockerfile',
      subject: `${slash}home/`,
      reason: 'The image.',
    } as const;
    expect(complaintsAbout(files)).toEqual([`Dockerfile:1: ${path('home')}`]);
    expect(complaintsAbout(files, { allowances: [allowance] })).toEqual([]);
  });
});
