/** Told of failures that change no answer, such as a temporary file that could not be removed. `doing` completes "while ...". */
export type TroubleReport = (error: unknown, doing: string) => void;
