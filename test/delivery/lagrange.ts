/**
 * Reads and combines shares from docs/keys.md alone, as somebody would who has only the papers: none of
 * our code and no library, so that both are held against the description.
 */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** The private key as hex, from the lines of enough shares. */
export function combineByHand(shares: readonly (readonly string[])[]): string {
  const points = shares.map((lines) => {
    const data = lines.map((line) => line.replaceAll('-', '').slice(0, 16)).join('');
    let number = 0n;
    for (const digit of data.slice(27)) number = number * 32n + BigInt(digits.indexOf(digit));
    const bytes = Buffer.from(number.toString(16).padStart(66, '0'), 'hex');
    return { y: bytes.subarray(0, 32), x: bytes[32] ?? 0 };
  });
  const secret = Array.from({ length: 32 }, (_, at) =>
    points.reduce((sum, { x, y }) => {
      const weights = points
        .filter((other) => other.x !== x)
        .map((other) => multiply(other.x, invert(other.x ^ x)));
      return sum ^ weights.reduce(multiply, y[at] ?? 0);
    }, 0),
  );
  return Buffer.from(secret).toString('hex');
}

/** Carry-less multiplication, reduced by x^8 + x^4 + x^3 + x + 1. */
function multiply(one: number, other: number): number {
  let product = 0;
  for (let bit = 0; bit < 8; bit++) if ((other >> bit) & 1) product ^= one << bit;
  for (let bit = 15; bit >= 8; bit--) if ((product >> bit) & 1) product ^= 0x11b << (bit - 8);
  return product;
}

/** By trying: there are 255. */
function invert(value: number): number {
  for (let other = 1; other < 256; other++) if (multiply(value, other) === 1) return other;
  throw new Error('zero has no inverse');
}
