import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { answer } from '../answer.ts';
import { endpoint } from '../endpoint/endpoint.ts';
import { text } from '../inputs/text.ts';
import { loadOnce } from '../load-once.ts';
import { ProblemError } from '../problem/problem-error.ts';

/** Nothing from elsewhere, no script but files of ours, no style within the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
];

interface PageFile {
  /** Its media type, without the charset: all files are UTF-8. */
  readonly type: string;
  read(): Promise<Buffer<ArrayBuffer>>;
}

/** A page for browsers, and the files that it loads. */
export interface Page<Path extends string> {
  readonly path: Path;
  /** Of its operations in the API document. */
  readonly name: string;
  readonly summary: string;
  readonly readHtml: () => Promise<string | Buffer<ArrayBuffer>>;
  /** What its Content-Security-Policy has beside that of all pages, a directive each. */
  readonly policy: readonly string[];
  /** By the name behind its path. */
  readonly files: ReadonlyMap<string, PageFile>;
  readonly exampleFile: string;
  readonly fileHeaders?: Readonly<Record<string, string>>;
}

const securityPolicyHeader = z.string().meta({
  description: 'Keeps the page from loading anything from elsewhere.',
  examples: ["default-src 'none'; script-src 'self'"],
});

const locationHeader = z
  .string()
  .meta({ description: 'The page, relative to this URL.', examples: ['../board'] });

/** Loads a file as bytes that all answers share: a string would be encoded anew for each of them. */
export function loadFile(file: string | URL): () => Promise<Buffer<ArrayBuffer>> {
  return loadOnce(() => readFile(file));
}

export function pageEndpoints<const Path extends string>(page: Page<Path>) {
  const { path, name, summary, readHtml, policy, files, exampleFile, fileHeaders } = page;
  const securityPolicy = [...POLICY, ...policy].join('; ');
  return [
    endpoint({
      method: 'get',
      path,
      operationId: `get${name}Page`,
      tag: 'Service',
      summary,
      answers: {
        200: {
          description: 'The page',
          headers: { 'Content-Security-Policy': securityPolicyHeader },
          content: { 'text/html': { schema: z.string() } },
        },
      },
      handler: async (c) =>
        answer(c, 200, await readHtml(), {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Security-Policy': securityPolicy,
        }),
    }),
    endpoint({
      method: 'get',
      // `.*` fits the empty name too, where the path ends with a slash.
      path: `${path}/:file{.*}` as const,
      operationId: `get${name}File`,
      tag: 'Service',
      summary: 'Load a file of that page',
      description: 'Without a name it leads to the page, whose URLs are relative to its own path.',
      params: { file: text('Name of a file.', exampleFile) },
      answers: {
        200: {
          description: 'The file',
          content: {
            'text/css': { schema: z.string() },
            'text/javascript': { schema: z.string() },
          },
        },
        303: { description: 'The page', headers: { Location: locationHeader } },
      },
      problems: ['route_not_found'],
      async handler(c, { params }) {
        if (params.file === '') return answer(c, 303, null, { Location: `..${path}` });
        const file = files.get(params.file);
        if (!file) throw new ProblemError('route_not_found');
        return answer(c, 200, await file.read(), {
          'Content-Type': `${file.type}; charset=utf-8`,
          ...fileHeaders,
        });
      },
    }),
  ];
}
