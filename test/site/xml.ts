/** Reads XML as strictly as a machine elsewhere might. */
import { parseXml, XmlElement } from '@rgrove/parse-xml';

/** The root element; throws on whatever is not XML. */
export function readXml(xml: string): XmlElement {
  const { root } = parseXml(xml);
  if (!root) throw new Error('This XML has no element.');
  return root;
}

/** The elements of a name inside an element, at any depth, in their order. */
export function elements(inside: XmlElement, name: string): XmlElement[] {
  return inside.children.flatMap((child) =>
    child instanceof XmlElement
      ? [...(child.name === name ? [child] : []), ...elements(child, name)]
      : [],
  );
}

/** The text of the first element of a name; undefined where there is none. */
export function textOf(inside: XmlElement, name: string): string | undefined {
  return elements(inside, name)[0]?.text;
}
