/**
 * The one error of the delivery: what failed and why, and the command to run next. Thrown where the
 * world is broken, caught once, by the command. Its words must never hold anything that was opened.
 */
export type FaultCode =
  'arguments' | 'settings' | 'keys' | 'database' | 'row' | 'files' | 'browser' | 'batch';

export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code: FaultCode;
  /** What the campaigner can do now: one sentence, with the command to run. */
  readonly next: string;

  constructor(code: FaultCode, message: string, next: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.next = next;
  }
}

/** What to print of whatever was caught: an error that is not ours keeps its message to itself. */
export function explain(error: unknown): string {
  if (error instanceof DeliveryError) return `${error.message}\n${error.next}`;
  const kind = error instanceof Error ? error.name : typeof error;
  const places = error instanceof Error ? (error.stack?.match(/^ {4}at .*$/gm) ?? []) : [];
  return [`Stopped by a fault in this program (${kind}), at:`, ...places].join('\n');
}

/** The message of an error of the platform; never for an error that can hold anything opened. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
