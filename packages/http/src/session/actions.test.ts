import { expect, test } from 'vitest';
import { z } from 'zod';
import { as, namedTokens, TEAM } from '../testing/named-tokens.ts';
import { shareStorage } from '../testing/open-app.ts';
import { expectProblem, partOf } from '../testing/read-answers.ts';

const openApp = shareStorage();

const openTeam = () =>
  openApp({
    tokens: namedTokens(TEAM),
    rules: { approval: 'four-eyes', reasonRequired: ['Rejected'], partNumberPattern: null },
  });

const refusal = z.object({ code: z.string(), title: z.string(), detail: z.string() });
const actionsSchema = z.array(
  z.object({ action: z.string(), refusal: refusal.nullable(), reason_required: z.boolean() }),
);

/** What does each action, with a reason and with a content that differs. */
const REQUESTS: Record<string, readonly [path: string, body: object]> = {
  edit: ['', { name: 'Another name' }],
  retire: ['', { retired: true, reason: 'replaced' }],
  restore: ['', { retired: false, reason: 'needed' }],
};

const requestFor = (action: string) =>
  REQUESTS[action] ?? (['/status', { status: action, reason: 'because' }] as const);

/** A draft, one that ada has sent to review, one of the seed in review, and one that was retired. */
const SITUATIONS = ['draft', 'own', 'in review', 'retired'] as const;

/** Brings the storage into the situation, whatever was done before. @returns the id of the part */
async function prepare(team: Awaited<ReturnType<typeof openTeam>>, situation: string) {
  await team.storage.maintenance.reset();
  const id = situation === 'in review' ? 2 : 1;
  if (situation === 'own') await team.changeStatus(id, { status: 'In Review' }, as('ada'));
  if (situation === 'retired') {
    const body = '{"retired":true}';
    await team.send('PATCH', `/v1/parts/${id}`, { headers: as('ada'), body });
  }
  return id;
}

test.for(SITUATIONS)(
  'foresees for every role exactly what becomes of each action on a part: %s',
  async (situation) => {
    const team = await openTeam();
    for (const name of Object.keys(TEAM)) {
      const id = await prepare(team, situation);
      const headers = as(name);
      const response = await team.send('GET', `/v1/parts/${id}/actions`, { headers });
      const { actions } = z.object({ actions: actionsSchema }).parse(await response.json());
      for (const { action, refusal } of actions) {
        await prepare(team, situation);
        const [path, body] = requestFor(action);
        const init = { headers, body: JSON.stringify(body) };
        const answer = await team.send('PATCH', `/v1/parts/${id}${path}`, init);
        const problem = answer.ok
          ? undefined
          : z.object({ code: z.string() }).parse(await answer.json());
        expect({ name, action, code: problem?.code }).toEqual({
          name,
          action,
          code: refusal?.code,
        });
      }
    }
  },
);

test('tells of a part with its actions what it is, and which of them need a reason', async () => {
  const { send } = await openTeam();
  const headers = as('ada');
  const body: unknown = await (await send('GET', '/v1/parts/2/actions', { headers })).json();
  expect(body).toEqual({
    part: await partOf(await send('GET', '/v1/parts/2', { headers })),
    actions: ['Draft', 'In Review', 'Approved', 'Rejected', 'edit', 'retire'].map((action) => ({
      action,
      refusal: null,
      reason_required: action === 'Rejected',
    })),
  });
  const unknown = await send('GET', '/v1/parts/99/actions', { headers });
  await expectProblem(unknown, 404, 'part_not_found');
});

test('tells what a role allows, whatever the part', async () => {
  const { send } = await openTeam();
  const allowed = async (name: string) => {
    const response = await send('GET', '/v1/session/actions', { headers: as(name) });
    return actionsSchema.element
      .omit({ reason_required: true })
      .array()
      .parse(await response.json())
      .flatMap(({ action, refusal }) => (refusal ? [] : [action]));
  };
  expect(await allowed('kicad')).toEqual([]);
  expect(await allowed('eve')).toEqual(['Draft', 'In Review', 'edit', 'create', 'import']);
  expect((await allowed('ada')).length).toBe(9);
});
