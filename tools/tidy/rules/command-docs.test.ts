import { describe, expect, it } from 'vitest';
import { complaintsAbout, expectCaught, source } from '../planted-tree.ts';

const fence = '```';
const clean = {
  'package.json': JSON.stringify({ scripts: { test: 'x', start: 'x', 'bench:relay': 'x', check: 'x' } }),
  'README.md': [
    'npm packages start here; npm test is prose, and `npm test`, `npm ci` and `npm install` are commands.',
    fence,
    'npm start            # npm run nothing is only a comment here',
    '$ npm run check && npm run bench:relay -- --quick',
    'CI=1 npm test',
    'npm run build -w packages/core',
    fence,
    'A family: `npm run bench:NAME`, `npm run bench:<name>`.',
    '`keelson serve`, `keelson lock check`, `keelson "a prompt"`, `keelson --version`, `keelson.lock`, `keelson COMMAND`',
  ].join('\n'),
  'notes.md': 'Nobody promises `npm run nothing` here.',
  'packages/cli/src/commands/serve.ts': source('export const serve = 1;'),
  'packages/cli/src/commands/lock/check.ts': source('export const check = 1;'),
};

const says = {
  script: (name: string): string => `package.json has no script \`${name}\`; add it or correct the page.`,
  command: (name: string): string =>
    `\`keelson ${name}\` does not exist under packages/cli/src/commands/; add it or correct the page.`,
};

describe('command docs', () => {
  it.each([
    'README.md',
    'AGENTS.md',
    'CONTRIBUTING.md',
    'docs/deep/page.md',
    'packages/core/AGENTS.md',
  ])('catches a script that does not exist in %s', (page) => {
    expectCaught({
      clean,
      planted: {
        [page]: `# Page\n\nRun \`npm run biuld\`.\n\n${fence}sh\nnpm run check && npm run gone -- --fast\n${fence}\n`,
      },
      says: [`${page}:3: ${says.script('biuld')}`, `${page}:6: ${says.script('gone')}`],
    });
  });

  it('catches the short forms of npm and a family without members', () => {
    const { start, ...rest } = { start: 'x', check: 'x' };
    expect(start).toBe('x');
    const files = {
      'package.json': JSON.stringify({ scripts: rest }),
      'README.md': '`npm start`\n`npm t`\n`npm run bench:NAME`\n',
    };
    expect(complaintsAbout(files)).toEqual([
      `README.md:1: ${says.script('start')}`,
      `README.md:2: ${says.script('test')}`,
      `README.md:3: ${says.script('bench:NAME')}`,
    ]);
  });

  it('catches a command that the command line does not have', () => {
    expectCaught({
      clean,
      planted: {
        'docs/cli.md': `Use \`keelson sreve\`.\n\n~~~\n$ npx keelson modles list\necho x | keelson promt -\n~~~\n`,
      },
      says: [
        `docs/cli.md:1: ${says.command('sreve')}`,
        `docs/cli.md:4: ${says.command('modles')}`,
        `docs/cli.md:5: ${says.command('promt')}`,
      ],
    });
  });

  it('waits with commands until the command line has a folder for them', () => {
    expect(complaintsAbout({ 'README.md': '`keelson anything`' })).toEqual([]);
  });
});
