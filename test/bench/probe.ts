/** Measures the link itself with a plain transfer, so that nobody has to trust it. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { portOf } from '../curtain/port.ts';
import type { Link, Shape } from './link.ts';

const size = 50_000;
/** What arrives first, and starts the clock of the rate. */
const firstPacket = 1400;

/**
 * Milliseconds until a new connection has its first answer, and from a byte to its echo; bits of payload a
 * second over 50 KB.
 */
export async function probe(link: Link, shape: Shape) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (asked) => socket.write(Buffer.alloc(String(asked) === 'echo' ? 1 : size)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  link.begin(shape, portOf(server));
  const socket = connect(link.port, '127.0.0.1');
  const echo = async () => {
    const sent = performance.now();
    socket.write('echo');
    await once(socket, 'data');
    return performance.now() - sent;
  };
  const firstAnswer = await echo();
  const roundTrip = await echo();

  socket.write('all');
  let [received, first] = [0, 0];
  socket.on('data', (chunk) => {
    first ||= performance.now();
    received += chunk.length;
    if (received === size) socket.destroy();
  });
  await once(socket, 'close');
  const bitsPerSecond = ((size - firstPacket) * 8 * 1000) / (performance.now() - first);
  server.close();
  return { firstAnswer, roundTrip, bitsPerSecond };
}
