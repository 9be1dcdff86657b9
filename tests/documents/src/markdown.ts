import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The root of the repository, with a separator at the end. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** @param path from the root of the repository */
export function readDocument(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}

/**
 * The rows of every table whose first column has that header, without the header.
 *
 * @throws Error when there is no such table, so that no test passes for want of rows
 */
export function readTable(document: string, header: string): string[][] {
  const lines = document.split('\n');
  const rows = lines.flatMap((line, index) =>
    splitRow(line)[0] === header ? takeRows(lines.slice(index + 2)) : [],
  );
  if (rows.length === 0) throw new Error(`there is no table with the header ${header}`);
  return rows;
}

function takeRows(lines: readonly string[]): string[][] {
  const end = lines.findIndex((line) => !line.startsWith('|'));
  return lines.slice(0, end === -1 ? undefined : end).map(splitRow);
}

function splitRow(line: string): string[] {
  if (!line.startsWith('|')) return [];
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** What stands between backticks, in order. */
export function readCode(text: string): string[] {
  return Array.from(text.matchAll(/`([^`\n]+)`/g), ([, code = '']) => code);
}

/** The document without its blocks of code. */
export function removeBlocks(document: string): string {
  return document.replaceAll(/^```.*?^```$/gms, '');
}
