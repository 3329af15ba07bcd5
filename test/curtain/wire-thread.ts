/**
 * A thread of its own, so that nothing else delays a packet: takes IP packets from one end of the wire,
 * asks the filter in the middle of the way, and hands them to the other end.
 */
import { createSocket, type Socket } from 'node:dgram';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { type Count, type Direction, passes } from './filter.ts';

/** Datagrams of each end come to its port; what it shall receive goes to the port after it. */
const ports = { server: 7001, browser: 7003 };
/** A limit and a round trip that hold from now on, all connections forgotten; or: what was counted? */
export type Order = { packets: number; roundTrip: number } | 'count';

// A busy machine must not look like a slow link; on Linux this is the thread's own priority.
setPriority(-15);
let limit = Infinity;
let roundTrip = 0;
const counts = new Map<number, Count>();
const server = await open(ports.server);
const browser = await open(ports.browser);
browser.on('message', (packet) => {
  carry(packet, 'to server', server, ports.server);
});
server.on('message', (packet) => {
  carry(packet, 'to client', browser, ports.browser);
});
parentPort?.on('message', (order: Order) => {
  if (order === 'count') {
    parentPort?.postMessage([...counts.values()]);
  } else {
    limit = order.packets;
    roundTrip = order.roundTrip;
    counts.clear();
  }
});
parentPort?.postMessage('open');

async function open(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(port, '127.0.0.1', done));
  return socket;
}

function carry(packet: Buffer, direction: Direction, to: Socket, port: number): void {
  const quarter = roundTrip / 4;
  later(quarter, () => {
    if (!passes(packet, direction, limit, counts)) return;
    later(quarter, () => {
      to.send(packet, port + 1, '127.0.0.1');
    });
  });
}

function later(milliseconds: number, step: () => void): void {
  if (milliseconds === 0) step();
  else setTimeout(step, milliseconds);
}
