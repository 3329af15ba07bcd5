export async function writeCarried(
  fields: unknown[],
  hash: (t: string) => Promise<string>,
): Promise<string> {
  const text = fields.join('.');
  return text + '.' + (await hash(text)).slice(0, 6);
}
