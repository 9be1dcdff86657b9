const ACTOR_NAME = /^[\p{L}\p{M}\p{N}._@+-]{1,64}$/u;

/** What {@link isActorName} allows, for messages. */
export const ACTOR_NAME_RULE = '1 to 64 letters, digits and characters of ._@+- in Unicode NFC';

/** Whether a text can be the name behind a token: no spaces, and one spelling for each name. */
export function isActorName(text: string): boolean {
  return ACTOR_NAME.test(text) && text.normalize('NFC') === text;
}
