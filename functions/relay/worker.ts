/**
 * A volunteer's relay: a second door on another domain, for where the campaign's own host is blocked. It
 * takes sealed signatures only, hands them to that host and says that it did. It serves no page, keeps
 * nothing, writes no log, and passes on nothing of the sender. What it is not given it cannot betray:
 * no pass, no tag, no token (src/signature/envelope.ts).
 */
import { isOfType, readBody } from '../body.ts';

const bodyLimit = 2000;
/** How long the host may take, in milliseconds: less than the page waits for us. */
const patience = 6000;

/** A sealed body as a page gives it to a stranger: these keys, all of them, and no others. */
const keys: readonly string[] = ['id', 'key', 'text', 'consent', 'sealed', 'stamp'];

/** Any page may read our answers, wherever it came from; nobody keeps them. */
const headers = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };

export default {
  async fetch(request: Request, { HOST: host }: { HOST: string }): Promise<Response> {
    const body = await readBody(request, bodyLimit);
    const door = request.method === 'POST' && new URL(request.url).pathname === '/api/sign';
    if (!door) return new Response(null, { status: 404, headers });
    const carried = isOfType(request, 'text/plain') ? readCarried(body ?? '') : undefined;
    if (!carried) return new Response(null, { status: 400, headers });
    return handOn(carried, host).catch(() => answer(502, { retry: true }));
  },
};

/** Hands a body to the host; throws when that cannot be reached or does not answer in time. */
async function handOn(body: string, host: string): Promise<Response> {
  const response = await fetch(new URL('/api/sign', host), {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(patience),
  });
  const said = asRecord(await response.json());
  // A page believes us nothing else: what the host refuses, it tells the page itself.
  if (response.ok && said['answer'] === 'signed') return answer(200, { answer: 'handed' });
  return answer(502, { retry: true });
}

/** The body, written anew; undefined for anything but a sealed one. */
function readCarried(body: string): string | undefined {
  try {
    const sent = asRecord(JSON.parse(body));
    const named = Object.keys(sent).sort().join() === keys.toSorted().join();
    const plain = Object.values(sent).every((value) => typeof value === 'string');
    return named && plain ? JSON.stringify(sent) : undefined;
  } catch {
    return undefined;
  }
}

function asRecord(value: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value ?? {}));
}

function answer(status: number, said: object): Response {
  return Response.json(said, { status, headers });
}
