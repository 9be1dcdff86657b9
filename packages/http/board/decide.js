import { refresh } from './data.js';
import { href, neighbours, readRoute, run, say, state, whyNot } from './store.js';

/** A decision is taken only on what was shown for so long: a second click meant the part before. */
const LOOK_MS = 600;

/** What was typed for a part. @param {number} id */
export const textFor = (id) => state.texts.get(id) ?? '';

/** @param {string} action a new status, the part's own one for a comment, `retire` or `restore` */
export async function decide(action) {
  const { part } = state;
  if (!part || part.id !== readRoute().id) return;
  const reason = textFor(part.id).trim();
  const isComment = action === part.status;
  const why = whyNot(action);
  if (why) return say(`${action} is not possible: ${why}.`);
  if (reason === '' && isComment) return say('Write the comment first.', 'reason');
  if (reason === '' && state.actions[action]?.reason_required) {
    return say('This needs a reason. Write it first.', 'reason');
  }
  if (performance.now() - state.shownAt < LOOK_MS) {
    return say('This version has only just been shown. Look at it, then decide.');
  }
  const { path, change, outcome } = describe(action);
  const { next, previous } = neighbours(part.id);

  await run(async (api) => {
    const body = { ...change, ...(reason && { reason }) };
    await api.send('PATCH', `v1/parts/${part.id}${path}`, body, part.version);
    state.texts.delete(part.id);
    state.status = `${part.part_number}: ${isComment ? 'comment added' : outcome}.`;
    const isOpen = readRoute().id === part.id;
    if (isComment || !isOpen) await refresh();
    else location.hash = href(next?.id ?? previous?.id);
  }, explain);
}

/** @param {string} action */
function describe(action) {
  if (action === 'retire') return { path: '', change: { retired: true }, outcome: 'retired' };
  if (action === 'restore') return { path: '', change: { retired: false }, outcome: 'back in use' };
  return { path: '/status', change: { status: action }, outcome: action };
}

/** @param {import('./api.js').Problem} problem */
async function explain({ body }) {
  if (body.code !== 'version_conflict') return '';
  await refresh();
  return 'Your text is kept. Look at the history, then decide again.';
}
