import manifest from '../package.json' with { type: 'json' };

/** The version of this Framegate, as package.json has it. */
export const { version } = manifest;
