/** Reads a request's body up to a limit, so that ten megabytes cost no memory. */

/**
 * The body as text; undefined when it is longer than a limit in bytes. The rest of a long one is read
 * and dropped: a connection whose sender is still talking gets no answer through.
 */
export async function readBody(request: Request, limit: number): Promise<string | undefined> {
  // Where the length is declared, the platform holds the sender to it and reads faster than we do.
  if (Number(request.headers.get('content-length') ?? Infinity) <= limit) return request.text();
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length <= limit) parts.push(part);
  }
  return length <= limit ? new Blob(parts).text() : undefined;
}

/** Whether the body says that it is of a media type, whatever its parameters. */
export function isOfType(request: Request, type: string): boolean {
  return request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === type;
}
