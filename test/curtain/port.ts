import type { AddressInfo, Server } from 'node:net';

/** The port that the system gave a server which listens. */
export function portOf(server: Pick<Server, 'address'>): number {
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The server does not listen.');
  return address.port;
}
