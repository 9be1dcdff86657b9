import type { Worker } from 'node:worker_threads';

// Is loaded into a server before its program: SIGUSR2 then ends the thread that was started last.

const threads: Worker[] = [];
process.on('worker', (worker) => threads.push(worker));
process.on('SIGUSR2', () => void threads.at(-1)?.terminate());
