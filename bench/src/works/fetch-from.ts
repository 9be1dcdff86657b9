import { type ServerProcess, TOKEN } from '../server-process.ts';

/** @throws Error when the answer is not a success */
export async function fetchFrom(
  server: ServerProcess,
  path: string,
  init: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const headers = { ...init.headers, Authorization: `Bearer ${TOKEN}` };
  const response = await fetch(new URL(path, server.url), { ...init, headers });
  if (!response.ok) throw new Error(`${path} was answered with ${response.status}`);
  return response;
}

/**
 * Follows the links to next pages.
 *
 * @returns the URL, path and query, of the page after `steps` pages
 * @throws Error when there is no such page
 */
export async function walkPages(
  server: ServerProcess,
  path: string,
  steps: number,
): Promise<string> {
  let url = path;
  for (let step = 0; step < steps; step += 1) {
    const response = await fetchFrom(server, url);
    await response.arrayBuffer();
    const link = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('Link') ?? '')?.[1];
    if (link === undefined) throw new Error(`${url} has no link to a next page`);
    url = link;
  }
  return url;
}
