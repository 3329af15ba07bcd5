/** Reads a request's body up to a limit, so that ten megabytes cost nothing. */

/** The body as text; undefined when it is longer than a limit in bytes. */
export async function readBody(request: Request, limit: number): Promise<string | undefined> {
  if (Number(request.headers.get('content-length')) > limit) return undefined;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > limit) return undefined;
    parts.push(part);
  }
  return new Blob(parts).text();
}

/** Whether the body says that it is of a media type, whatever its parameters. */
export function isOfType(request: Request, type: string): boolean {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === type;
}
