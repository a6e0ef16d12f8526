/** How the form lays out fields, lists and groups. */
import type {
  ArrayFieldItemTemplateProps,
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  IconButtonProps,
  ObjectFieldTemplateProps,
} from '@rjsf/utils';
import { useWords } from '../i18n/index.tsx';
import { Icon } from '../parts/icons.tsx';
import { type FieldSchema, mediaOf } from './schema.ts';

/** Parts of the form that are folded away until they are asked for. */
const folded = new Set(['advanced', 'delivery']);

type FieldHeadProps = { readonly id: string; readonly label: string; readonly isRequired: boolean };

export function FieldHead({ id, label, isRequired }: FieldHeadProps) {
  const { t } = useWords();
  return (
    <label className="field-label" htmlFor={id}>
      {label}
      {isRequired ? <span className="required">{t('form.required')}</span> : null}
    </label>
  );
}

/** The name of a field in the reader's language, where there is one. */
export function useFieldName(): (name: string, title: string) => string {
  const { language, named } = useWords();
  return (name, title) => {
    if (language === 'en') return title;
    const translated = named('field', name);
    return translated === name ? title : translated;
  };
}

export function FieldErrors({ id, errors }: { readonly id: string; readonly errors: readonly string[] }) {
  if (errors.length === 0) return null;
  return (
    <ul className="field-errors" id={`${id}-errors`}>
      {[...new Set(errors)].map((error) => (
        <li key={error}>{error}</li>
      ))}
    </ul>
  );
}

function FieldTemplate(props: FieldTemplateProps) {
  const { id, label, required = false, children, rawErrors = [], rawDescription, schema, hidden = false } = props;
  const fieldName = useFieldName();
  if (hidden) return <div hidden>{children}</div>;
  // Media, lists and groups draw their own heads.
  if (mediaOf(schema as FieldSchema) !== undefined || schema.type === 'object' || schema.type === 'array')
    return children;
  const name = id.split('.').at(-1) ?? '';
  const isSwitch = schema.type === 'boolean';
  return (
    <div className={`field ${isSwitch ? 'field-switch' : ''}`} data-field={name}>
      <FieldHead id={id} label={fieldName(name, label)} isRequired={required} />
      {children}
      {rawDescription === undefined || rawDescription === '' ? null : (
        <p className="field-help" id={`${id}-help`}>
          {rawDescription}
        </p>
      )}
      <FieldErrors id={id} errors={rawErrors} />
    </div>
  );
}

function ObjectFieldTemplate({ properties, schema, fieldPathId }: ObjectFieldTemplateProps) {
  const { named } = useWords();
  const groupOf = (name: string) => (schema.properties?.[name] as FieldSchema | undefined)?.['x-group'] ?? 'input';
  if (fieldPathId.path.length > 0) return <div className="nested">{properties.map(({ content }) => content)}</div>;
  const groups = Map.groupBy(properties, ({ name }) => groupOf(name));
  const parts = [...groups].toSorted(([one], [other]) => Number(folded.has(one)) - Number(folded.has(other)));
  return (
    <>
      {parts.map(([group, inside]) => {
        const content = inside.map((property) => <div key={property.name}>{property.content}</div>);
        if (!folded.has(group)) {
          return (
            <div className="form-group" key={group}>
              {content}
            </div>
          );
        }
        return (
          <details className="form-fold" key={group}>
            <summary>{named('group', group)}</summary>
            <div className="form-group">{content}</div>
          </details>
        );
      })}
    </>
  );
}

function ArrayFieldTemplate(props: ArrayFieldTemplateProps) {
  const { title, items, canAdd, onAddClick, fieldPathId, required = false, schema, rawErrors = [] } = props;
  const { t } = useWords();
  const fieldName = useFieldName();
  const id = fieldPathId.$id;
  return (
    <fieldset className="field list" id={id}>
      <legend className="field-label">
        {fieldName(String(fieldPathId.path.at(-1) ?? ''), title)}
        {required ? <span className="required">{t('form.required')}</span> : null}
      </legend>
      {schema.description === undefined ? null : <p className="field-help">{schema.description}</p>}
      {items}
      {canAdd ? (
        <button type="button" onClick={onAddClick}>
          <Icon name="add" />
          {t('form.add')}
        </button>
      ) : null}
      <FieldErrors id={id} errors={rawErrors} />
    </fieldset>
  );
}

function ArrayFieldItemTemplate({ children, buttonsProps, index }: ArrayFieldItemTemplateProps) {
  const { t } = useWords();
  return (
    <div className="list-item">
      <div>{children}</div>
      {buttonsProps.hasRemove ? (
        <button
          type="button"
          className="plain"
          aria-label={t('form.removeItem', { number: index + 1 })}
          onClick={buttonsProps.onRemoveItem}
        >
          <Icon name="close" />
        </button>
      ) : null}
    </div>
  );
}

function NoButton(_props: IconButtonProps) {
  return null;
}

export const templates = {
  FieldTemplate,
  ObjectFieldTemplate,
  ArrayFieldTemplate,
  ArrayFieldItemTemplate,
  ButtonTemplates: { SubmitButton: () => null, AddButton: NoButton },
};
