/** The stand-in for EventStoreDB of test/eventstore, as a process; from its source, with the hooks that tests use. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname, '..');
const hooks = pathToFileURL(join(root, 'src/ledger/sqlite/typescript-hooks.mjs')).href;
const register = `import { register } from 'node:module'; register(${JSON.stringify(hooks)});`;

export async function startStandIn(port = 0) {
  const child = spawn(
    process.execPath,
    [
      '--no-warnings',
      '--import',
      `data:text/javascript,${encodeURIComponent(register)}`,
      join(root, 'test/eventstore/main.ts'),
      String(port),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const [line] = await once(child.stdout, 'data');
  return {
    connection: String(line).trim(),
    stop: async () => {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
