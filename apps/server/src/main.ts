import manifest from '../package.json' with { type: 'json' };
import { auditDigest } from './commands/audit-digest.ts';
import { backup } from './commands/backup.ts';
import { check } from './commands/check.ts';
import { type Command, UsageError } from './commands/command.ts';
import { explain } from './commands/explain.ts';
import { restore } from './commands/restore.ts';
import { serve } from './commands/serve.ts';
import { token } from './commands/token.ts';

const COMMANDS = new Map<string, Command>([
  ['serve', serve],
  ['token', token],
  ['backup', backup],
  ['restore', restore],
  ['check', check],
  ['audit-digest', auditDigest],
]);

await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<void> {
  const [first = 'serve', ...rest] = args;
  if (args.includes('--help') || args.includes('-h')) {
    console.log(describeCommands());
    return;
  }
  if (first === '--version') {
    console.log(manifest.version);
    return;
  }
  const command = COMMANDS.get(first);
  if (!command) {
    refuse(`there is no command ${JSON.stringify(first)}\n\n${describeCommands()}`);
    return;
  }
  try {
    await command.run(rest, { env: process.env, workingDirectory: process.cwd() });
  } catch (error) {
    const usage = `usage: parts-server ${first} ${command.usage}`.trimEnd();
    if (isUsageError(error)) refuse(`${error.message}\n${usage}`);
    else {
      console.error(`parts-server ${first}: ${explain(error)}`);
      process.exitCode = 1;
    }
  }
}

function refuse(message: string): void {
  console.error(`parts-server: ${message}`);
  process.exitCode = 2;
}

/** Also true of what `parseArgs` of Node throws. */
function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  return error instanceof Error && 'code' in error && /^ERR_PARSE_ARGS/.test(String(error.code));
}

function describeCommands(): string {
  const rows = [...COMMANDS].map(([name, { usage, summary }]) => [`${name} ${usage}`, summary]);
  const width = Math.max(...rows.map(([typed = '']) => typed.length));
  const lines = rows.map(([typed = '', summary]) => `  ${typed.padEnd(width)}  ${summary}`);
  return ['usage: parts-server [command]', ...lines, '  --help, --version'].join('\n');
}
