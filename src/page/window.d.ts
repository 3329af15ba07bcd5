/** What the signing script lends to the rest of the page; absent where it did nothing. */
interface Window {
  idHash?: Promise<string>;
  /** SHA-256 of a binary string, as base64url. */
  hash?: (binary: string) => Promise<string>;
  /** The Worker's last answer; its count is absent where the number is not shown. */
  told?: { count?: number };
}
