import manifest from '../../package.json' with { type: 'json' };
import { auditDigest } from './audit-digest.ts';
import { backup } from './backup.ts';
import { check } from './check.ts';
import { type Command, type CommandLine, UsageError } from './command.ts';
import { copy } from './copy.ts';
import { explain } from './explain.ts';
import { restore } from './restore.ts';
import { serve } from './serve.ts';
import { token } from './token.ts';

const COMMANDS = new Map<string, Command>([
  ['serve', serve],
  ['token', token],
  ['backup', backup],
  ['restore', restore],
  ['copy', copy],
  ['check', check],
  ['audit-digest', auditDigest],
]);

/** Runs the command that the first argument names; without arguments the server. Fulfils with the exit code. */
export async function runCommand(args: readonly string[], typed: CommandLine): Promise<number> {
  const [first = 'serve', ...rest] = args;
  if (args.includes('--help') || args.includes('-h')) {
    console.log(describeCommands());
    return 0;
  }
  if (first === '--version') {
    console.log(manifest.version);
    return 0;
  }
  const command = COMMANDS.get(first);
  if (!command) {
    return refuse(`there is no command ${JSON.stringify(first)}\n\n${describeCommands()}`);
  }
  try {
    return await command.run(rest, typed);
  } catch (error) {
    const usage = `usage: parts-server ${first} ${command.usage}`.trimEnd();
    if (isUsageError(error)) return refuse(`${error.message}\n${usage}`);
    console.error(`parts-server ${first}: ${explain(error)}`);
    return 1;
  }
}

function refuse(message: string): number {
  console.error(`parts-server: ${message}`);
  return 2;
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
