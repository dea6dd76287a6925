import { eachSetting } from './config.settings.js';

/** docs/reference/configuration.md, from the settings themselves. */
export function renderConfigurationReference(): string {
  const lines = [
    '# Configuration',
    '',
    'Written by `npm run generate` from `src/runtime/config.settings.ts`. Do not edit.',
    '',
    'Settings come from the environment, then from the JSON file that `HOPLEDGER_CONFIG` names, then from the',
    'defaults. In the file, `listen.port` is `{ "listen": { "port": 4173 } }`. All faults are printed at once, with',
    'their names, and the process exits with 78. A name that is not listed here is a fault too.',
    '',
    'The command line client reads `HOPLEDGER_URL` (default `http://127.0.0.1:4173`) and `HOPLEDGER_TOKEN`.',
  ];
  let current = '';
  for (const { group, path, variable, setting } of eachSetting()) {
    if (group !== current) {
      lines.push(
        '',
        `## ${group}`,
        '',
        '| setting | environment | default | what |',
        '| --- | --- | --- | --- |',
      );
      current = group;
    }
    lines.push(
      `| \`${path}\` | \`${variable}\` | ${shown(setting.schema.parse(undefined))} | ${setting.says} |`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function shown(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'none';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}
