import manifest from '../../package.json' with { type: 'json' };
import { type Config, DEVELOPMENT_TOKEN, readConfig } from '../config.ts';
import { createLog, type Log, sendConsoleToLog } from '../log/log.ts';
import { stopOnSignal } from '../process/stop-on-signal.ts';
import { startServer } from '../server.ts';
import { type Command, readArguments } from './command.ts';
import { explain } from './explain.ts';

export const serve: Command = {
  usage: '',
  summary: 'serve the API until SIGTERM (the default); environment variables configure it',
  async run(args, { env, workingDirectory }) {
    readArguments(args, []);
    try {
      const config = readConfig(env, workingDirectory);
      const logging = createLog(config.LOG_LEVEL);
      const { log, writeAtExit } = logging;
      process.once('exit', writeAtExit);
      log.info({ version: manifest.version, node: process.versions.node }, 'starting');
      warnOfOpenDoors(config, logging);
      const server = await startServer(config, logging);
      sendConsoleToLog(logging);
      stopOnSignal(server, config.SHUTDOWN_TIMEOUT_MS, logging);
      // Whoever reads this may stop the server at once.
      log.info({ port: server.port, database: server.database }, 'listening');
      return 0;
    } catch (error) {
      console.error(`parts-server can't start: ${explain(error)}`);
      return 1;
    }
  },
};

function warnOfOpenDoors({ AUTH_TOKEN, TOKENS_FILE, DEBUG_ENDPOINTS }: Config, { log }: Log): void {
  if (!TOKENS_FILE && AUTH_TOKEN === DEVELOPMENT_TOKEN) {
    log.warn('AUTH_TOKEN is not set: everyone who knows the development token is let in');
  }
  if (DEBUG_ENDPOINTS === 'on') {
    log.warn('DEBUG_ENDPOINTS is on: everyone can delete all data with POST /debug/reset');
  }
}
