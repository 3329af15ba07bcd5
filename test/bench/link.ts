/**
 * A phone's slow link without root: a TCP proxy that hands bytes on as late as the link would. Each
 * direction is one queue that all connections share; bytes leave in packets, at the link's rate, and arrive
 * half a round trip later. The kernel's handshake with the proxy is free, so a connection's first bytes wait
 * until the packets of a handshake have gone to and fro, and those of a visit's first one also for a
 * name lookup: the resolver of a phone is its operator's, so the question crosses the same air.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from '../curtain/port.ts';

/** Bits a second each way, headers of packets included, and milliseconds to and fro of an idle link. */
export type Shape = { bitsPerSecond: number; roundTrip: number };
/** Sends a packet with so many bytes of payload; calls back when it has arrived. */
type Queue = (bytes: number, arrive: () => void) => void;
type Visit = { shape: Shape; target: number; up: Queue; down: Queue; looked: boolean };

const payload = 1400;
/** Bytes of the headers of IP and TCP. */
const overhead = 40;
/** Bytes of payload, or of TCP options, in the small packets that open a connection. */
const small = { question: 20, reply: 90, handshake: 20 };

/** Listens on a free port of 127.0.0.1. Carries nothing before the first visit. */
export async function layLink() {
  const sockets = new Set<Socket>();
  const toClient = { connections: 0, bytes: 0 };
  let visit: Visit | undefined;

  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    if (!visit) {
      client.destroy();
      return;
    }
    toClient.connections++;
    const { target, up, down } = visit;
    const origin = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    join(client, origin);
    open(visit, () => {
      carry(client, origin, up);
      carry(origin, client, (bytes, arrive) => {
        toClient.bytes += bytes + overhead;
        down(bytes, arrive);
      });
    });
  });

  /** Neither end outlives the other. */
  function join(client: Socket, origin: Socket): void {
    for (const [socket, other] of [
      [client, origin],
      [origin, client],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    /** A new phone: connections end, queues are empty, no name is known; its bytes go to this port. */
    begin: (shape: Shape, target: number) => {
      for (const socket of sockets) socket.destroy();
      Object.assign(toClient, { connections: 0, bytes: 0 });
      visit = { shape, target, up: makeQueue(shape), down: makeQueue(shape), looked: false };
    },
    /** Connections of this visit, and bytes to the client, headers of packets included. */
    carried: () => ({ ...toClient }),
    cut: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

export type Link = Awaited<ReturnType<typeof layLink>>;

/** One direction of a link. Packets arrive in the order in which they were sent; none is lost. */
export function makeQueue({ bitsPerSecond, roundTrip }: Shape): Queue {
  const packets: { due: number; arrive: () => void }[] = [];
  let free = 0;
  let waiting = false;
  const wait = () => {
    const [next] = packets;
    if (!next || waiting) return;
    waiting = true;
    setTimeout(deliver, Math.ceil(next.due - performance.now()));
  };
  const deliver = () => {
    waiting = false;
    while (packets[0] && packets[0].due <= performance.now()) packets.shift()?.arrive();
    wait();
  };
  return (bytes, arrive) => {
    const busy = ((bytes + overhead) * 8 * 1000) / bitsPerSecond;
    free = Math.max(free, performance.now()) + busy;
    packets.push({ due: free + roundTrip / 2, arrive });
    wait();
  };
}

/** Looks up the name where it is not yet known, then shakes hands, then calls back. */
function open(visit: Visit, opened: () => void): void {
  const { up, down, looked } = visit;
  const shake = () => {
    up(small.handshake, () => down(small.handshake, opened));
  };
  visit.looked = true;
  if (looked) shake();
  else up(small.question, () => down(small.reply, shake));
}

function carry(from: Socket, to: Socket, queue: Queue): void {
  from.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; at += payload) {
      const packet = chunk.subarray(at, at + payload);
      queue(packet.length, () => to.write(packet));
    }
  });
  from.on('end', () => queue(0, () => to.end()));
}
