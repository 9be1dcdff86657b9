import { execFileSync } from 'node:child_process';

interface Step {
  readonly command: string;
  readonly output: string;
}

/**
 * Runs the commands of all `console` blocks in one shell, so that a variable lives on.
 *
 * @param port of a running server, in place of 8080
 * @returns the steps as the document shows them, and as they are; without times and ids of requests
 */
export function runCommands(document: string, port: number, directory: string) {
  const shown = readSteps(document);
  // A mark tells where an output ends.
  const script = shown.map(({ command }) => `${command}\nprintf '\\n--mark--\\n'`).join('\n');
  const printed = execFileSync('bash', ['-c', script.replaceAll(':8080', `:${port}`)], {
    cwd: directory,
    encoding: 'utf8',
  });
  const outputs = printed.split('\n--mark--\n').slice(0, -1);
  return {
    shown: shown.map(({ command, output }) => ({ command, output: hideWhatDiffers(output) })),
    real: outputs.map((output, index) => ({
      command: shown[index]?.command,
      output: hideWhatDiffers(output),
    })),
  };
}

function readSteps(document: string): Step[] {
  return [...document.matchAll(/^```console\n(.*?)^```/gms)]
    .flatMap(([, block = '']) => block.split(/^\$ /m).slice(1))
    .map((step) => {
      const [command = '', ...output] = step.trimEnd().split('\n');
      return { command, output: output.join('\n') };
    });
}

function hideWhatDiffers(output: string): string {
  return output
    .trimEnd()
    .replaceAll(/"(updated_at|changed_at)":"(?!2026-01-05T09)[^"]*"/g, '"$1":"…"')
    .replaceAll(/"request_id":"[0-9a-f-]{36}"/g, '"request_id":"…"');
}
