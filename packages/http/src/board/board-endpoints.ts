import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { answer } from '../answer.ts';
import { endpoint } from '../endpoint/endpoint.ts';
import { text } from '../inputs/text.ts';
import { loadOnce } from '../load-once.ts';
import { ProblemError } from '../problem/problem-error.ts';

/** The page's own scripts, in the folder `board` of the package. */
const SCRIPTS = [
  'api.js',
  'data.js',
  'decide.js',
  'feed.js',
  'form-view.js',
  'import-view.js',
  'main.js',
  'part-view.js',
  'queue-view.js',
  'rules.js',
  'session.js',
  'shared.js',
  'store.js',
];

/**
 * Nothing from elsewhere, no script but files of ours, no style within the page, and HTML that only
 * lit-html makes, which puts texts in as texts (Trusted Types).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

const securityPolicyHeader = z.string().meta({
  description: 'Keeps the page from loading anything from elsewhere.',
  examples: ["default-src 'none'; script-src 'self'"],
});

/** A page on which people review parts. All of its URLs are relative, so it works behind a prefix. */
export function boardEndpoints() {
  const readPage = loadFile(pageFile('index.html'));
  const files = new Map([
    ['board.css', { type: 'text/css', read: loadFile(pageFile('board.css')) }],
    // Node finds the build that does without a document where there is none; else it is the browser's.
    ['lit-html.js', script(new URL(import.meta.resolve('#lit-html')))],
    ...SCRIPTS.map((name) => [name, script(pageFile(name))] as const),
  ]);

  return [
    endpoint({
      method: 'get',
      path: '/board',
      operationId: 'getBoardPage',
      tag: 'Service',
      summary: 'Open the page on which people review parts',
      answers: {
        200: {
          description: 'The page',
          headers: { 'Content-Security-Policy': securityPolicyHeader },
          content: { 'text/html': { schema: z.string() } },
        },
      },
      handler: async (c) =>
        answer(c, 200, await readPage(), {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Security-Policy': CONTENT_SECURITY_POLICY,
        }),
    }),
    endpoint({
      method: 'get',
      path: '/board/:file',
      operationId: 'getBoardFile',
      tag: 'Service',
      summary: 'Load a file of that page',
      params: { file: text('Name of a file.', 'board.css') },
      answers: {
        200: {
          description: 'The file',
          content: {
            'text/css': { schema: z.string() },
            'text/javascript': { schema: z.string() },
          },
        },
      },
      problems: ['route_not_found'],
      async handler(c, { params }) {
        const file = files.get(params.file);
        if (!file) throw new ProblemError('route_not_found');
        return answer(c, 200, await file.read(), { 'Content-Type': `${file.type}; charset=utf-8` });
      },
    }),
  ];
}

const pageFile = (name: string) => new URL(`../../board/${name}`, import.meta.url);

const script = (url: URL) => ({ type: 'text/javascript', read: loadFile(url) });

/** As bytes that all answers share: a string would be encoded anew for each of them. */
function loadFile(url: URL): () => Promise<Buffer<ArrayBuffer>> {
  return loadOnce(() => readFile(url));
}
