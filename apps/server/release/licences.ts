import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** The name, version and licence of each package that these files belong to; ours left out. */
export function collectLicences(files: readonly string[]): string {
  const directories = new Set(
    files.filter((file) => file.includes('/node_modules/')).map(findRoot),
  );
  const texts = [...directories].map(describeLicence);
  return [
    'The bundle of parts-server has code of these packages.',
    ...[...new Set(texts)].sort(),
  ].join(`\n\n${'-'.repeat(80)}\n\n`);
}

/** The directory of the package: some have a nameless package.json for each module format further down. */
function findRoot(file: string): string {
  const directory = dirname(file);
  const path = join(directory, 'package.json');
  if (existsSync(path) && readManifest(path).name !== undefined) return directory;
  return findRoot(directory);
}

function describeLicence(directory: string): string {
  const { name, version, license } = readManifest(join(directory, 'package.json'));
  const file = readdirSync(directory).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file ? readFileSync(join(directory, file), 'utf8').trim() : undefined;
  if (!license) throw new Error(`${name} ${version} names no licence`);
  // Some packages leave the text out.
  return `${name} ${version} (${license})\n\n${text ?? `https://spdx.org/licenses/${license}.html`}`;
}

function readManifest(path: string): Partial<Manifest> {
  return JSON.parse(readFileSync(path, 'utf8'));
}
