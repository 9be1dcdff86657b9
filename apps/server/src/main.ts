import { DatabaseOpenError } from '@parts/db';
import manifest from '../package.json' with { type: 'json' };
import { ConfigError, DEVELOPMENT_TOKEN, readConfig } from './config.ts';
import { createLog, sendConsoleToLog } from './log/log.ts';
import { stopOnSignal } from './process/stop-on-signal.ts';
import { startServer } from './server.ts';

try {
  const config = readConfig(process.env, process.cwd());
  const logging = createLog(config.LOG_LEVEL);
  const { log } = logging;
  log.info({ version: manifest.version, node: process.versions.node }, 'starting');
  if (config.AUTH_TOKEN === DEVELOPMENT_TOKEN) {
    log.warn('AUTH_TOKEN is not set: everyone who knows the development token is let in');
  }
  if (config.DEBUG_ENDPOINTS === 'on') {
    log.warn('DEBUG_ENDPOINTS is on: everyone can delete all data with POST /debug/reset');
  }
  const server = await startServer(config, logging);
  sendConsoleToLog(logging);
  stopOnSignal(server.stop, config.SHUTDOWN_TIMEOUT_MS, logging);
  // Whoever reads this may stop the server at once.
  log.info({ port: server.port, database: config.DATABASE_PATH }, 'listening');
} catch (error) {
  console.error(`parts-server can't start: ${explain(error)}`);
  process.exitCode = 1;
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof DatabaseOpenError) return `can't open the database: ${error.message}`;
  // The address can't be listened on, or HOST is no address: the message says it all.
  if (error instanceof Error && 'syscall' in error) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
