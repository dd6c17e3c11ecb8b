// GET /api/explorer: a page on which every operation of the management API can be read and tried. One document without anything
// from elsewhere; a key that is typed into it stays in its memory.
import { hash } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { explorerScript } from './explorer-script.ts';

const style = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: end; }
h1 { font-size: 1.4rem; margin: 0; flex: 1; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
details { border: 1px solid #8886; border-radius: .4rem; margin: .4rem 0; }
summary { padding: .5rem .8rem; cursor: pointer; }
summary b { display: inline-block; min-width: 4.5rem; }
form, .text { padding: 0 .8rem .8rem; }
label { display: grid; grid-template-columns: 12rem 1fr; gap: .5rem; margin: .3rem 0; }
label small { grid-column: 2; opacity: .75; }
input, select, textarea { font: inherit; padding: .2rem .4rem; width: 100%; box-sizing: border-box; }
textarea, pre { font: 13px/1.4 ui-monospace, monospace; }
textarea { min-height: 7rem; }
pre { overflow: auto; max-height: 24rem; padding: .6rem; background: #8881; border-radius: .4rem; }
button { font: inherit; padding: .3rem 1rem; }
:focus-visible { outline: 2px solid Highlight; outline-offset: 1px; }
`;

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keelson management API</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Management API</h1>
<label>Key <input id="key" type="password" autocomplete="off" placeholder="ks_…"></label>
<a href="/openapi.json">openapi.json</a>
</header>
<noscript>This page needs JavaScript; the description it shows is at /openapi.json.</noscript>
<main id="operations" aria-live="polite">Reading the description…</main>
<script>${explorerScript}</script>
</body>
</html>
`;

const digest = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`;

/** Nothing but what stands in the page runs there, and it talks to nobody but this server. */
const policy = [
  "default-src 'none'",
  "connect-src 'self'",
  `script-src ${digest(explorerScript)}`,
  `style-src ${digest(style)}`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function registerExplorer(part: FastifyInstance): void {
  part.get('/api/explorer', (_, reply) =>
    reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(page),
  );
}
