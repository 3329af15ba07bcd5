/** Paths to a value: what is there, what a schema knows there, how a campaigner calls it. */
import { z } from 'zod';
import type { Path } from './yaml.ts';

/** The names that a schema knows at a path, in its own order. */
export function namesAt(schema: unknown, path: Path): string[] {
  if (path.length > 0) {
    const [step = '', ...rest] = path;
    if (schema instanceof z.ZodObject) return namesAt(schema.shape[String(step)], rest);
    return schema instanceof z.ZodArray ? namesAt(schema.element, rest) : [];
  }
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum)
    return schema.keyType.options.map(String);
  return [];
}

export function valueAt(value: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  return valueAt(Reflect.get(value, step), rest);
}

/** As form.consent, or demands, number 2. */
export function nameOf(path: Path): string {
  const [last] = path.slice(-1);
  if (last === undefined) return 'The head of the file';
  return typeof last === 'number'
    ? `${path.slice(0, -1).join('.')}, number ${last + 1},`.replace(/,$/, '')
    : path.map(String).join('.');
}

export function samePath(one: Path, other: Path): boolean {
  return pathKey(one) === pathKey(other);
}

export function pathKey(path: Path): string {
  return path.map(String).join('\n');
}
