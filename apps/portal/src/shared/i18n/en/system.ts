export const systemTexts = {} as const;
