/** Listens on this machine only, and turns Node's requests into the web's. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** Serves what `answer` answers at http://localhost:PORT. */
export function serve(port: number, answer: (request: Request) => Promise<Response>): Server {
  return createServer((incoming, outgoing) => {
    reply(incoming, outgoing, answer).catch((error: unknown) => {
      console.error(error);
      outgoing.writeHead(500).end();
    });
  }).listen(port, 'localhost');
}

async function reply(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming;
  const response = await answer(
    new Request(`http://${headers.host ?? ''}${url}`, {
      method,
      headers: { origin: headers.origin ?? '' },
      ...(method === 'POST' ? { body: new Uint8Array(await buffer(incoming)) } : {}),
    }),
  );
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}
