/**
 * The way between browser and server: two TUN devices, one of them in a network namespace of the browser's
 * own, and between them a thread, which hands each IP packet on, late, or not at all. The devices cut at
 * 1,500 bytes, so a packet here is a packet on the wire, and TCP is the kernel's own at both ends.
 * Needs root and the packages iproute2, socat and util-linux; what it makes ends with the process.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Order } from './wire-thread.ts';

export const serverAddress = '10.77.0.1';
const browserAddress = '10.77.0.2';
/** Where no one is: what is sent there hangs. */
export const nowhere = '10.77.0.66';
/** As in wire-thread.ts, which must not be imported here: it would start. */
const ports = { server: 7001, browser: 7003 };

/** Lays the wire, without a filter. Call inside a network namespace of this process' own. */
export async function layWire() {
  run('ip', 'link', 'set', 'lo', 'up');
  const room = start('unshare', '--net', 'sleep', 'infinity');
  const outside = readlinkSync('/proc/self/ns/net');
  await until(() => readlinkSync(`/proc/${room.pid}/ns/net`) !== outside);
  const inRoom = ['-t', String(room.pid), '-n'];
  const folder = mkdtempSync(join(tmpdir(), 'curtain-'));
  const thread = new Worker(new URL('./wire-thread.ts', import.meta.url));
  await once(thread, 'message');

  const ends = [await openEnd('curtain0', ports.server), await openEnd('curtain1', ports.browser)];
  run('ip', 'link', 'set', 'curtain1', 'netns', String(room.pid));
  setUp([], 'curtain0', serverAddress);
  setUp(['nsenter', ...inRoom], 'curtain1', browserAddress);

  return {
    /** Forgets all connections; from now on this filter counts. */
    setFilter: (filter: Exclude<Order, string>) => {
      thread.postMessage(filter);
    },
    /** What each connection has sent, for a person to read. */
    count: async (): Promise<unknown> => {
      thread.postMessage('count');
      return once(thread, 'message');
    },
    /** A program that runs another one in the browser's namespace, with the same arguments. */
    wrap: (program: string) => {
      const wrapper = join(folder, 'browser');
      const script = `#!/bin/sh\nexec nsenter ${inRoom.join(' ')} '${program}' "$@"\n`;
      writeFileSync(wrapper, script, { mode: 0o755 });
      return wrapper;
    },
    cut: async () => {
      for (const end of [...ends, room]) end.kill();
      await thread.terminate();
      rmSync(folder, { recursive: true });
    },
  };
}

export type Wire = Awaited<ReturnType<typeof layWire>>;

/** A TUN device whose packets come as datagrams to a port, and are taken from the port after it. */
async function openEnd(name: string, port: number): Promise<ChildProcess> {
  const packets = `TUN,tun-name=${name},iff-no-pi`;
  const datagrams = `UDP4:127.0.0.1:${port},bind=127.0.0.1:${port + 1}`;
  const device = start('nice', '-n', '-15', 'socat', packets, datagrams);
  await until(() => readFileSync('/proc/self/net/dev', 'utf8').includes(`${name}:`));
  return device;
}

function setUp(where: string[], device: string, address: string): void {
  run(...where, 'ip', 'addr', 'add', `${address}/24`, 'dev', device);
  run(...where, 'ip', 'link', 'set', device, 'up');
  run(...where, 'ip', 'link', 'set', 'lo', 'up');
  // A connection that froze must not teach the next one to go slowly.
  run(...where, 'sysctl', '-qw', 'net.ipv4.tcp_no_metrics_save=1');
}

/** Starts what shall not outlive this process, however that ends. */
function start(...words: string[]): ChildProcess {
  const whole = ['--pdeathsig', 'KILL', ...words];
  return spawn('setpriv', whole, { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited++) {
    if (waited > 1000) throw new Error('The wire could not be laid within 10 seconds.');
    await sleep(10);
  }
}

function run(...words: string[]): void {
  const [command = '', ...parameters] = words;
  execFileSync(command, parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
}
