/** Items of a page, unless the request says otherwise. */
export const DEFAULT_LIMIT = 100;
export const MAX_LIMIT = 1000;

export const MAX_BODY_BYTES = 64 * 1024;
