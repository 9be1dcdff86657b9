import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleServer, EXTERNAL } from './bundle.ts';
import { collectLicences } from './licences.ts';

// Makes parts-server-<version>.tgz, which npm installs anywhere:
//   node apps/server/release/package.ts [DIRECTORY]
// Nothing is compiled or downloaded but the packages that it depends on.

interface Manifest {
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SERVER = join(ROOT, 'apps/server');
/** What the docs page loads, with its licence. The whole package would bring an install script along. */
const PAGE_FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'LICENSE', 'NOTICE', 'package.json'];

const readManifest = (path: string): Manifest => JSON.parse(readFileSync(path, 'utf8'));

const destination = resolve(process.argv[2] ?? '.');
const staging = mkdtempSync(join(tmpdir(), 'parts-package-'));
try {
  mkdirSync(destination, { recursive: true });
  // Two levels below the root, as the sources are below their packages: migrations and package.json are
  // found from both places alike.
  const files = await bundleServer(join(staging, 'dist/server'));
  writeFileSync(join(staging, 'THIRD-PARTY-LICENCES.txt'), collectLicences(files));
  cpSync(join(ROOT, 'packages/db/migrations'), join(staging, 'migrations'), { recursive: true });
  for (const file of ['LICENSE', 'CHANGELOG.md']) cpSync(join(ROOT, file), join(staging, file));
  cpSync(join(ROOT, 'docs/operations.md'), join(staging, 'README.md'));
  const page = dirname(
    createRequire(join(SERVER, 'package.json')).resolve('swagger-ui-dist/package.json'),
  );
  for (const file of PAGE_FILES) cpSync(join(page, file), join(staging, 'swagger-ui', file));
  cpSync(join(ROOT, 'packages/http/board'), join(staging, 'board'), { recursive: true });
  for (const file of ['lit-html.js', 'LICENSE']) {
    cpSync(
      join(ROOT, 'packages/http/node_modules/lit-html', file),
      join(staging, 'lit-html', file),
    );
  }
  writeProgram();
  writeFileSync(join(staging, 'package.json'), `${JSON.stringify(describePackage(), null, 2)}\n`);
  // npm gives the files fixed times, so the same sources make the same tarball.
  execFileSync('npm', ['pack', '--silent', `--pack-destination=${destination}`], {
    cwd: staging,
    stdio: 'inherit',
  });
} finally {
  rmSync(staging, { recursive: true });
}

/** The program of the sources; only what it starts and what it says of a failure differ. */
function writeProgram(): void {
  const source = readFileSync(join(SERVER, 'bin/parts-server.js'), 'utf8');
  const program = source
    .replace('../src/main.ts', '../dist/server/main.js')
    .replace(/Start it with .*?\bwith it\./, 'Install the package again, with a Node that fits.');
  if (program.includes('.ts') || program.includes('pnpm')) {
    throw new Error('bin/parts-server.js has changed: what of it does a package need?');
  }
  mkdirSync(join(staging, 'bin'));
  writeFileSync(join(staging, 'bin/parts-server.js'), program, { mode: 0o755 });
}

function describePackage() {
  const { version, description, license } = readManifest(join(SERVER, 'package.json'));
  return {
    name: 'parts-server',
    version,
    description,
    license,
    type: 'module',
    engines: { node: '>=22.18' },
    bin: { 'parts-server': 'bin/parts-server.js' },
    imports: { '#swagger-ui/*': './swagger-ui/*', '#lit-html': './lit-html/lit-html.js' },
    dependencies: Object.assign({}, ...EXTERNAL.map((name) => pinWithDependencies(name))),
  };
}

/** The exact versions of a package and of its dependencies, as they are installed here. */
function pinWithDependencies(name: string, from = join(ROOT, 'packages/db/package.json')) {
  const path = createRequire(from).resolve(`${name}/package.json`);
  const { version, dependencies = {} } = readManifest(path);
  const others: Readonly<Record<string, string>>[] = Object.keys(dependencies).map((dependency) =>
    pinWithDependencies(dependency, path),
  );
  return Object.assign({ [name]: version }, ...others);
}
