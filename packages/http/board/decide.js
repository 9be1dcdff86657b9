import { messageOf, newKey, Problem } from './api.js';
import { loadPart, refresh } from './data.js';
import { draw, fail, href, neighbours, readRoute, state, whyNot } from './store.js';

/** A decision is taken only on a part that was shown for so long: a second click meant the one before. */
const LOOK_MS = 600;

/** The change that was sent last without a known outcome: sent again with the same key, it counts once. */
let attempt = { meaning: '', key: '' };

/** @param {string} meaning equal for requests that ask for the same */
function keyFor(meaning) {
  if (attempt.meaning !== meaning) attempt = { meaning, key: newKey() };
  return attempt.key;
}

/** @param {string} note @param {string} [focus] the id of what to focus */
function say(note, focus) {
  state.note = note;
  draw();
  if (focus) document.getElementById(focus)?.focus();
}

/** @param {string} status the new one; the part's own one makes a comment */
export async function decide(status) {
  const { part } = state;
  if (!part) return;
  const reason = (state.texts.get(part.id) ?? '').trim();
  const why = whyNot(status);
  if (why) return say(`${status} is not possible: ${why}.`);
  if (reason === '' && status === part.status) return say('Write the comment first.', 'reason');
  if (reason === '' && state.actions[status]?.reason_required) {
    return say(`“${status}” needs a reason. Write it first.`, 'reason');
  }
  await change(part, `v1/parts/${part.id}/status`, { status, reason }, status);
}

/** @param {boolean} retired */
export async function retire(retired) {
  const { part } = state;
  if (!part) return;
  const reason = (state.texts.get(part.id) ?? '').trim();
  if (reason === '' && state.actions[retired ? 'retire' : 'restore']?.reason_required) {
    return say('This needs a reason. Write it first.', 'reason');
  }
  const status = retired ? 'retired' : 'back in use';
  await change(part, `v1/parts/${part.id}`, { retired, reason }, status);
}

/**
 * @param {import('./api.js').Part} part @param {string} path
 * @param {{ reason: string, status?: string, retired?: boolean }} change @param {string} outcome
 */
async function change(part, path, { reason, ...change }, outcome) {
  if (state.isBusy || !state.api) return;
  if (performance.now() - state.shownAt < LOOK_MS) {
    return say('This version has only just been shown. Look at it, then decide.');
  }
  const body = { ...change, ...(reason && { reason }) };
  const key = keyFor(JSON.stringify([part.id, part.version, body]));
  const isComment = change.status === part.status;
  const { next, previous } = neighbours(part.id);
  Object.assign(state, { isBusy: true, note: '' });
  draw();
  try {
    await state.api.send('PATCH', path, body, { version: part.version, key });
    attempt = { meaning: '', key: '' };
    state.texts.delete(part.id);
    state.status = `${part.part_number}: ${isComment ? 'comment added' : outcome}.`;
    const isOpen = readRoute().id === part.id;
    if (isComment || !isOpen) await refresh();
    else location.hash = href(next?.id ?? previous?.id);
  } catch (error) {
    await explain(error);
  } finally {
    state.isBusy = false;
    draw();
  }
}

/** What was typed stays in any case. @param {unknown} error */
async function explain(error) {
  if (!state.api) return;
  if (!(error instanceof Problem)) {
    return say(`${messageOf(error)} Your text is kept. Do it again: it counts once.`);
  }
  if (error.body.code !== 'version_conflict') return say(messageOf(error));
  await loadPart().catch(fail);
  say(`${messageOf(error)} Your text is kept. Look at the history, then decide again.`);
}
