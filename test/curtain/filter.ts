/**
 * The censor's filter: what it counts of each TCP connection, and the limit above which it drops all that
 * follows, both ways, silently, without a reset.
 */

/** A limit of bytes to the client, or of packets both ways together on a link of this round trip (ms). */
export type Filter = { name: string } & (
  { bytesToClient: number } | { packets: number; roundTrip: number }
);

/** What one connection has sent so far, dropped packets not counted. */
export type Count = { packets: number; dropped: number };
export type Direction = 'to server' | 'to client';

export const byteFilter = { name: '16 KB', bytesToClient: 16_384 };
export const packetFilter = { name: '25 packets, 60 ms', packets: 25, roundTrip: 60 };
/** Those that are measured unless others are asked for come first. */
export const filters: readonly Filter[] = [
  byteFilter,
  packetFilter,
  { name: '25 packets, 300 ms', packets: 25, roundTrip: 300 },
  // No phone is this near: nothing shares a packet, so the limit is reached with the least in it.
  { name: '25 packets, 0 ms', packets: 25, roundTrip: 0 },
];

/**
 * Counts an IPv4 packet into `counts`, by the client's port, and says whether it passes a limit of packets.
 * Sees whole packets, as a box on the way does; nothing but TCP over IPv4 passes.
 */
export function passes(
  packet: Uint8Array,
  direction: Direction,
  limit: number,
  counts: Map<number, Count>,
): boolean {
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  if (packet.length < 40 || view.getUint8(0) >> 4 !== 4 || view.getUint8(9) !== 6) return false;
  const tcp = (view.getUint8(0) & 15) * 4;
  const clientPort = view.getUint16(direction === 'to server' ? tcp : tcp + 2);

  const count = counts.get(clientPort) ?? { packets: 0, dropped: 0 };
  counts.set(clientPort, count);
  const passing = count.packets < limit;
  if (passing) count.packets++;
  else count.dropped++;
  return passing;
}
