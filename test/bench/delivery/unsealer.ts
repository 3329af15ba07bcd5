/** A thread of the plain decrypt loop; says after each piece how many rows it had. */
import { parentPort } from 'node:worker_threads';
import { unseal } from '../../../src/delivery/open.ts';

export type Sealed = { aad: string; sealed: Uint8Array };
export type Decrypting = { pair: CryptoKeyPair; info: string; pieces: Sealed[][] };

const port = parentPort;
port?.on('message', ({ pair, info, pieces }: Decrypting) => {
  void unsealAgainAndAgain(pair, info, pieces);
});

async function unsealAgainAndAgain(
  ...[pair, info, pieces]: [CryptoKeyPair, string, Sealed[][]]
): Promise<never> {
  for (;;)
    for (const piece of pieces) {
      const opened = await Promise.all(
        piece.map(({ aad, sealed }) => unseal(pair, info, aad, sealed)),
      );
      if (opened.some((one) => !one)) throw new Error('A row did not open');
      port?.postMessage(piece.length);
    }
}
