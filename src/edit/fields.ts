/**
 * The fields of the form, made from the schemas that the build checks the files with (src/site/settings.ts,
 * src/site/words.ts), so that a new word needs no second entry here.
 */
import { z } from 'zod';

/** A field as Decap CMS knows it (decapcms.org/docs/widgets). */
export type Field = {
  name: string;
  label: string;
  widget: string;
  required?: boolean;
  hint?: string;
  fields?: Field[];
  field?: Field;
} & Record<string, unknown>;

type Shape = z.core.JSONSchema._JSONSchema;

/** From this length on a text gets room for several lines. */
const longText = 60;

const dateOnly = { format: 'YYYY-MM-DD', date_format: 'YYYY-MM-DD', time_format: false } as const;

/** What is known of a field beside its schema. */
export type Notes = {
  /** A sentence for whoever fills it in; empty when its name says it. */
  explain: (path: readonly string[]) => string;
  /** A value that it may have; a long one gets a larger field. */
  example: (path: readonly string[]) => unknown;
  /** Names of fields that the form does not offer. */
  leftOut: readonly string[];
};

/** One field a key of a schema of an object. */
export function fieldsOf(schema: z.core.$ZodType, notes: Notes): Field[] {
  return children(z.toJSONSchema(schema, { unrepresentable: 'any' }), [], notes);
}

/** The formatted text below the head of a Markdown file. */
export function bodyField(hint: string): Field {
  const buttons = [
    'bold',
    'italic',
    'link',
    'heading-two',
    'bulleted-list',
    'numbered-list',
    'quote',
  ];
  return {
    name: 'body',
    label: 'Text',
    widget: 'markdown',
    hint,
    buttons,
    editor_components: [],
    modes: ['rich_text', 'raw'],
  };
}

function children(
  shape: z.core.JSONSchema.BaseSchema,
  path: readonly string[],
  notes: Notes,
): Field[] {
  const named = shape.propertyNames;
  const keys = typeof named === 'object' ? (named.enum ?? []).map(String) : [];
  const properties: [string, Shape][] = shape.properties
    ? Object.entries(shape.properties)
    : keys.map((key) => [key, shape.additionalProperties ?? true]);
  const offered = properties.filter(([name]) => !notes.leftOut.includes(name));
  return offered.map(([name, property]) => ({
    name,
    label: labelOf(name),
    hint: notes.explain([...path, name]),
    required: shape.required?.includes(name) ?? false,
    ...widgetOf(property, [...path, name], notes),
  }));
}

function widgetOf(
  shape: Shape,
  path: readonly string[],
  notes: Notes,
): { widget: string } & Record<string, unknown> {
  if (typeof shape === 'boolean') return { widget: 'string' };
  if (shape.enum) return { widget: 'select', options: shape.enum };
  if (shape.type === 'object')
    return { widget: 'object', collapsed: true, fields: children(shape, path, notes) };
  if (shape.type === 'array') return listOf(shape, path, notes);
  if (shape.type === 'integer') return { widget: 'number', value_type: 'int', min: 1 };
  if (shape.format === 'date') return { widget: 'datetime', ...dateOnly };
  if (shape.pattern?.startsWith('^#')) return { widget: 'color', allowInput: true };
  return { widget: isLong(notes.example(path)) ? 'text' : 'string' };
}

function listOf(
  shape: z.core.JSONSchema.BaseSchema,
  path: readonly string[],
  notes: Notes,
): { widget: string } & Record<string, unknown> {
  const item = Array.isArray(shape.items) ? shape.items[0] : shape.items;
  if (typeof item === 'object' && item.enum)
    return { widget: 'select', multiple: true, min: shape.minItems ?? 0, options: item.enum };
  const isCode = typeof item === 'object' && item.pattern !== undefined;
  if (isCode) return { widget: 'list' }; // short codes in one line, with commas between them
  const field = { name: 'item', label: 'Entry', ...widgetOf(item ?? true, [...path, '0'], notes) };
  const isNumber = field.widget === 'number';
  return {
    widget: 'list',
    label_singular: 'entry',
    collapsed: false,
    minimize_collapsed: isNumber,
    min: shape.minItems ?? 0,
    field,
  };
}

function isLong(example: unknown): boolean {
  return typeof example === 'string' && example.length > longText;
}

/** `targetShort` is “Target short”, `level.missing` is “Level: missing”. */
function labelOf(name: string): string {
  const words = name
    .replaceAll('.', ': ')
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
