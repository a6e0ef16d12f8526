/** What all controls of the form share. */
import type { WidgetProps } from '@rjsf/utils';

/** What ties a control to its help and errors. */
export function described({ id, rawErrors = [], schema }: WidgetProps) {
  const parts = [
    ...(schema.description === undefined ? [] : [`${id}-help`]),
    ...(rawErrors.length === 0 ? [] : [`${id}-errors`]),
  ];
  return {
    'aria-describedby': parts.length === 0 ? undefined : parts.join(' '),
    'aria-invalid': rawErrors.length > 0 || undefined,
  };
}
