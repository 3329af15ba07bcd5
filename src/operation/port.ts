/** Which ports of this machine are free, so that a server never shows the page of another one. */
import { createServer } from 'node:net';

/** Whether nobody listens on a port of this machine. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const probe = createServer()
      .once('error', () => done(false))
      .once('listening', () => probe.close(() => done(true)))
      .listen(port, 'localhost');
  });
}
