/** Of a field for names, patterns and the like: what is typed is what is meant, letter for letter. */
export const AS_TYPED = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const;
