/** What the filter of packets needs of a machine. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const programs = ['ip', 'socat', 'unshare', 'nsenter', 'setpriv', 'nice', 'sysctl'];

/** The first thing that this machine lacks to count packets, as the end of "no …"; undefined: nothing. */
export function missingForPackets(): string | undefined {
  if (process.getuid?.() !== 0) return 'root';
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const program = programs.find(
    (name) => !folders.some((folder) => existsSync(join(folder, name))),
  );
  if (program)
    return `program \`${program}\` (packages iproute2, socat, util-linux and procps have them)`;
  if (!existsSync('/dev/net/tun')) return 'device /dev/net/tun';
  const { status } = spawnSync('unshare', ['--net', 'true']);
  return status === 0 ? undefined : 'leave to make network namespaces';
}
