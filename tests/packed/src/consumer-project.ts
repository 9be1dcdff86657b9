import { execFile } from 'node:child_process';
import { mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { OLDEST_NODE, RUNTIMES, runtimePackage } from './runtimes.ts';

const run = promisify(execFile);

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));

/** A project outside the workspace that has the packed packages installed. */
export interface ConsumerProject {
  /** Where an installed package is. */
  findPackage(name: string): string;
  /**
   * Runs a program of the project in a new directory, without environment.
   *
   * @returns what it prints
   */
  runProgram(runtime: string, file: string): Promise<string>;
  /** Checks all programs strictly, declarations of packages included; rejects with the errors. */
  checkTypes(module: string, moduleResolution: string): Promise<void>;
}

/**
 * Packs the packages and installs them, with every Node.
 *
 * @param directory is empty
 * @param programs sources by the names of their files
 */
export async function createConsumerProject(
  directory: string,
  programs: Readonly<Record<string, string>>,
): Promise<ConsumerProject> {
  await runTool('pnpm', ['--filter=./packages/*', 'pack', `--pack-destination=${directory}`]);
  const tarballs = await readdir(directory);
  const files = {
    ...programs,
    'package.json': JSON.stringify(manifest(tarballs)),
    'pnpm-workspace.yaml': JSON.stringify(installSettings(tarballs)),
    'tsconfig.json': JSON.stringify(TSCONFIG),
  };
  await Promise.all(
    Object.entries(files).map(([name, text]) => writeFile(join(directory, name), text)),
  );
  await runTool('pnpm', [`--dir=${directory}`, 'install']);

  return {
    findPackage: (name) => join(directory, 'node_modules', name),

    async runProgram(runtime, file) {
      const node = join(directory, 'node_modules', runtime, 'bin', 'node');
      const cwd = await mkdtemp(join(directory, 'run-'));
      const { stdout } = await run(node, [join(directory, file)], { cwd, env: {} });
      return stdout;
    },

    checkTypes: (module, moduleResolution) =>
      runTool('tsc', [
        '--project',
        directory,
        '--module',
        module,
        '--moduleResolution',
        moduleResolution,
      ]),
  };
}

/** With the environment of its user, which has the registry, the proxy and the cache. */
async function runTool(tool: string, args: readonly string[]): Promise<void> {
  try {
    await run(tool, args, { cwd: WORKSPACE });
  } catch (error) {
    // They report errors on stdout, which Node's message leaves out.
    const output = error instanceof Error && 'stdout' in error ? error.stdout : '';
    throw new Error(`${tool} failed: ${output}`, { cause: error });
  }
}

/** The packages by name; a tarball is called parts-core-0.2.0.tgz. */
function localPackages(tarballs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    tarballs.map((tarball) => [
      tarball.replace(/^parts-([a-z]+)-.*$/, '@parts/$1'),
      `file:${tarball}`,
    ]),
  );
}

function manifest(tarballs: readonly string[]) {
  const runtimes = Object.entries(RUNTIMES).map(([name, range]) => [
    name,
    `npm:${runtimePackage}@${range}`,
  ]);
  return {
    type: 'module',
    dependencies: localPackages(tarballs),
    devDependencies: { ...Object.fromEntries(runtimes), '@types/node': `^${OLDEST_NODE}` },
  };
}

function installSettings(tarballs: readonly string[]) {
  return {
    // The packages depend on each other by version, and are in no registry.
    overrides: localPackages(tarballs),
    allowBuilds: { 'better-sqlite3': false },
    // Every dependency must be content with the oldest Node.
    engineStrict: true,
    nodeVersion: OLDEST_NODE,
  };
}

const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
  },
  include: ['*.ts'],
};
