/** `framegate help`: the commands and every setting, from the table that checks them. */
import { environmentName, flagName, type Setting, type SettingPath, settings } from '../settings.ts';
import type { Command } from './command.ts';

export function help(commands: Readonly<Record<string, Command>>): number {
  const lines = [
    'framegate: a gateway for image and video generation',
    '',
    'Usage: framegate <command> [flags]',
    '',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`),
    '',
    'To the running server of this data directory; a tenant is an id or a name:',
    '',
    ...Object.values(commands).flatMap(({ usage = [] }) => usage.map((line) => `  framegate ${line}`)),
    '',
    'Settings: a flag beats the environment, which beats the config file (--config, FRAMEGATE_CONFIG or',
    'framegate.config.{ts,js,mjs,json} here), which beats the default.',
    '',
    ...(Object.entries(settings) as [SettingPath, Setting][]).flatMap(([path, setting]) => {
      const flag = setting.kind === 'secret' ? `(or ${environmentName(path)}_FILE)` : flagName(path);
      const choices = setting.kind === 'choice' ? ` One of ${setting.choices.join(', ')}.` : '';
      const fallback = setting.default === '' || Array.isArray(setting.default) ? '' : ` Default ${setting.default}.`;
      return [`  ${environmentName(path)}  ${flag}`, `      ${setting.help}${choices}${fallback}`];
    }),
  ];
  console.log(lines.join('\n'));
  return 0;
}
