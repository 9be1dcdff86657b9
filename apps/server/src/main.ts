import { runCommand } from './commands/run-command.ts';

const { argv, env } = process;
process.exitCode = await runCommand(argv.slice(2), { env, workingDirectory: process.cwd() });
