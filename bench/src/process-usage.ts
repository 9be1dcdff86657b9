import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** What the operating system knows of a process. */
export interface ProcessUsage {
  /** Time on a core, in all threads, in user and kernel mode, in seconds. */
  readonly cpuSeconds: number;
  /** Memory that it occupies now, in bytes. */
  readonly resident: number;
  /** The most that it occupied since {@link forgetPeak}; without /proc, the same as `resident`. */
  readonly peak: number;
}

/** Unit of the times in /proc/<pid>/stat. Linux fixes it at 100 per second for programs. */
const TICKS_PER_SECOND = 100;

export function readUsage(pid: number): ProcessUsage {
  return process.platform === 'linux' ? readProc(pid) : readPs(pid);
}

/** Lets the peak be counted anew from here. Does nothing where there is no /proc. */
export function forgetPeak(pid: number): void {
  // https://www.kernel.org/doc/html/latest/filesystems/proc.html, clear_refs: 5 resets the peak.
  if (process.platform === 'linux') writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function readProc(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the name in brackets; it may hold spaces. utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    resident: kilobytes(status, 'VmRSS'),
    peak: kilobytes(status, 'VmHWM'),
  };
}

function kilobytes(status: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
}

function readPs(pid: number): ProcessUsage {
  const output = execFileSync('ps', ['-o', 'rss=,time=', '-p', String(pid)], { encoding: 'utf8' });
  const [kib = '', time = ''] = output.trim().split(/\s+/);
  // [[hours:]minutes:]seconds
  const cpuSeconds = time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return { cpuSeconds, resident: Number(kib) * 1024, peak: Number(kib) * 1024 };
}
