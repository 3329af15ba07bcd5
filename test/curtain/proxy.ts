/**
 * A censor's box that needs no root: a TCP proxy in front of the edge that freezes each connection, both ways,
 * silently, without FIN or RST, once so many bytes went to the client. It sees TLS as it is on the wire.
 * The kernel still acknowledges what arrives here; a box on the way would swallow that too (see wire.ts).
 */
import { connect, createServer, type Socket } from 'node:net';
import { portOf } from './port.ts';

/** What became of one connection. */
export type Connection = { bytesToClient: number; frozen: boolean };
/** How many bytes the connection of this number (from 0) may bring; 0: it hangs from the start. */
export type Limit = (number: number) => number;

/** Starts a proxy in front of a port of this machine. */
export async function startProxy(target: number, limit: Limit = () => Infinity) {
  let limitOf = limit;
  let connections: Connection[] = [];
  const clients = new Set<Socket>();
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const origin = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true });
    const most = limitOf(connections.length);
    const connection = { bytesToClient: 0, frozen: most === 0 };
    connections.push(connection);
    clients.add(client);
    origin.on('data', (bytes: Buffer) => {
      if (connection.frozen) return;
      const passing = bytes.subarray(0, most - connection.bytesToClient);
      connection.bytesToClient += passing.length;
      connection.frozen = connection.bytesToClient >= most;
      client.write(passing);
    });
    client.on('data', (bytes: Buffer) => {
      if (!connection.frozen) origin.write(bytes);
    });
    for (const [from, to] of [
      [client, origin],
      [origin, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined);
      from.on('end', () => {
        if (!connection.frozen) to.end();
      });
      from.on('close', () => {
        sockets.delete(from);
        clients.delete(client);
        if (!connection.frozen) to.destroy();
      });
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));

  const forget = () => {
    for (const socket of sockets) socket.destroy();
    connections = [];
  };
  return {
    port: portOf(server),
    /** Each connection since the last limit was set, in their order. */
    connections: () => connections,
    /** Ends all connections and forgets them; from now on this limit counts. */
    setLimit: (next: Limit) => {
      forget();
      limitOf = next;
    },
    /** Freezes the connections that there are. */
    freeze: () => {
      for (const connection of connections) connection.frozen = true;
    },
    /** Resets the connections that there are. */
    reset: () => {
      for (const client of clients) client.resetAndDestroy();
    },
    /** From now on whoever connects is refused. */
    refuse: () => server.close(),
    stop: () => {
      forget();
      server.close();
    },
  };
}

export type Proxy = Awaited<ReturnType<typeof startProxy>>;
