import { REASONED_CHANGES } from '@parts/core';
import { z } from 'zod';
import { hasBlockedPort, isWebhookSecret, isWebhookUrl } from './events/webhook-settings.ts';

// What the variables of the environment can be.

/** A whole number in plain decimal digits: no sign, no exponent, no other base. */
export function integer(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error })
    .transform(Number)
    .refine((value) => value >= min && value <= max, { error });
}

export const milliseconds = integer(1, 86_400_000);

/** The changes that need a reason, with commas between them, or all. */
export const reasonedChanges = z.string().transform((text, { addIssue }) => {
  const names = text.split(',').map((name) => name.trim());
  const result = z
    .array(z.enum(REASONED_CHANGES))
    .safeParse(text === 'all' ? REASONED_CHANGES : names);
  if (result.success) return result.data;
  addIssue(`must be all, or some of ${REASONED_CHANGES.join(', ')} with commas between them`);
  return z.NEVER;
});

/** A regular expression that a text has to match as a whole. */
export const pattern = z.string().transform((text, { addIssue }) => {
  try {
    return new RegExp(`^(?:${text})$`, 'u');
  } catch {
    addIssue('must be a regular expression of JavaScript with the flag u');
    return z.NEVER;
  }
});

export const onOrOff = z.enum(['on', 'off'], { error: 'must be on or off' });

export const postgresUrl = z.string().regex(/^postgres(ql)?:\/\/[^\p{C}\s]+$/u, {
  error: 'must be postgres://user:password@host:port/database',
});

export const bearerToken = z.string().regex(/^[^\p{C}\s]([^\p{C}]*[^\p{C}\s])?$/u, {
  error: 'must be printable characters, with spaces only between them',
});

/** Origins as a browser sends them, with commas between them: no path, no default port, no capital. */
export const origins = z
  .string()
  .transform((text) => text.split(','))
  .refine((origins) => origins.every(isOrigin), {
    error: 'must be origins such as https://app.example, with commas and no spaces between them',
  });

function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

export const webhookUrl = z
  .string()
  .refine(isWebhookUrl, { error: 'must be an http or https URL without user name and password' })
  .refine((text) => !hasBlockedPort(text), {
    error:
      'must not have a port of another protocol (https://fetch.spec.whatwg.org/#port-blocking)',
  });

export const webhookSecret = z
  .string()
  .refine(isWebhookSecret, { error: 'must be whsec_ and the base64 of 24 to 64 bytes' });
