import { loadFile, pageEndpoints } from '../page/page-endpoints.ts';

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
  'session.js',
  'shared.js',
  'store.js',
];

/** HTML that only lit-html makes, which puts texts in as texts (Trusted Types). */
const POLICY = ['img-src data:', "require-trusted-types-for 'script'", 'trusted-types lit-html'];

/** A page on which people review parts. All of its URLs are relative, so it works behind a prefix. */
export function boardEndpoints() {
  const files = new Map([
    ['board.css', { type: 'text/css', read: loadFile(pageFile('board.css')) }],
    // Node finds the build that does without a document where there is none; else it is the browser's.
    ['lit-html.js', script(new URL(import.meta.resolve('#lit-html')))],
    ...SCRIPTS.map((name) => [name, script(pageFile(name))] as const),
  ]);

  return pageEndpoints({
    path: '/board',
    name: 'Board',
    summary: 'Open the page on which people review parts',
    readHtml: loadFile(pageFile('index.html')),
    policy: POLICY,
    files,
    exampleFile: 'board.css',
  });
}

const pageFile = (name: string) => new URL(`../../board/${name}`, import.meta.url);

const script = (url: URL) => ({ type: 'text/javascript', read: loadFile(url) });
