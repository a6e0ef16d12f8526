/** The form of a model, made from its input schema. */
// The package's front door brings its test tools with it, which do not build.
import RjsfForm from '@rjsf/core/lib/components/Form.js';
import type { RJSFSchema, ValidatorType } from '@rjsf/utils';
import { type ReactNode, useMemo } from 'react';
import type { Issue } from '../../../sdk/index.ts';
import { factsOf } from './form-facts.ts';
import { errorSchemaOf } from './issues.ts';
import { MediaField } from './media-field.tsx';
import { uiSchemaOf } from './schema.ts';
import { templates } from './templates.tsx';
import type { Input } from './use-estimate.ts';
import { widgets } from './widgets.tsx';

type FormProps = {
  readonly schema: RJSFSchema;
  readonly input: Input;
  readonly issues: readonly Issue[];
  /** `field` is the one that was changed, at the top of the input. */
  readonly onChange: (input: Input, field: string | undefined) => void;
  readonly onSubmit: () => void;
  /** What stands below the fields. */
  readonly children: ReactNode;
};

/** The server judges the input, by a dry run: one truth, and nothing that would need `eval`. */
const validator: ValidatorType = {
  isValid: () => true,
  validateFormData: () => ({ errors: [], errorSchema: {} }),
  rawValidation: () => ({}),
};

const fields = { media: MediaField };
/** A list that needs an item begins empty all the same: an empty item is nothing anybody gave. */
const defaults = { arrayMinItems: { populate: 'never' } } as const;
const separator = '.';

export function Form({ schema, input, issues, onChange, onSubmit, children }: FormProps) {
  const uiSchema = useMemo(() => uiSchemaOf(schema), [schema]);
  const facts = useMemo(() => factsOf(schema, input), [schema, input]);
  const extraErrors = useMemo(() => errorSchemaOf(issues), [issues]);
  return (
    <RjsfForm
      className="form"
      schema={schema}
      uiSchema={uiSchema}
      formData={input}
      formContext={facts}
      extraErrors={extraErrors}
      validator={validator}
      fields={fields}
      widgets={widgets}
      templates={templates}
      idPrefix="field"
      idSeparator={separator}
      showErrorList={false}
      noHtml5Validate
      experimental_defaultFormStateBehavior={defaults}
      noValidate
      onChange={({ formData }, id) => onChange((formData ?? {}) as Input, id?.split(separator)[1])}
      onSubmit={onSubmit}
    >
      {children}
    </RjsfForm>
  );
}
