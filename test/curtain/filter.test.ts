import { describe, expect, it } from 'vitest';
import { type Count, passes } from './filter.ts';

/** The least of an IPv4 packet that the filter reads: versions, protocol, ports. */
function packet(from: number, to: number, protocol = 6): Uint8Array {
  const bytes = Buffer.alloc(40);
  bytes[0] = 0x45;
  bytes[9] = protocol;
  bytes.writeUInt16BE(from, 20);
  bytes.writeUInt16BE(to, 22);
  return bytes;
}

describe('the filter of packets', () => {
  it('counts both ways together and swallows what follows, of that connection alone', () => {
    const counts = new Map<number, Count>();
    const send = (port: number) => passes(packet(port, 443), 'to server', 3, counts);
    const answer = (port: number) => passes(packet(443, port), 'to client', 3, counts);
    expect([send(5001), answer(5001), send(5001)]).toEqual([true, true, true]);
    expect([answer(5001), send(5001), send(5002)]).toEqual([false, false, true]);
    expect(counts.get(5001)).toEqual({ packets: 3, dropped: 2 });
  });

  it('lets nothing but TCP through, as a browser may not go around it', () => {
    const udp = 17;
    expect(passes(packet(5001, 443, udp), 'to server', 3, new Map())).toBe(false);
  });
});
