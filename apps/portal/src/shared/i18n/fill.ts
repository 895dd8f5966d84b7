export type Values = Readonly<Record<string, string | number>>;

export interface Filling {
  readonly language: string;
  readonly values: Values;
}

/**
 * The text of a key with its `{{name}}` filled in; numbers are written as the language does. A key that is not there itself stands for its
 * plural forms, of which `count` chooses. A key without any text is shown as it is, so that it is seen.
 */
export function fill(texts: Readonly<Record<string, string>>, key: string, { language, values }: Filling): string {
  const text = texts[key] ?? plural(texts, key, { language, values }) ?? key;
  return text.replace(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : (value ?? '');
  });
}

function plural(texts: Readonly<Record<string, string>>, key: string, { language, values }: Filling): string | undefined {
  const { count } = values;
  if (typeof count !== 'number') return undefined;
  return texts[`${key}_${new Intl.PluralRules(language).select(count)}`] ?? texts[`${key}_other`];
}
