import { expect } from 'vitest';
import { as, namedTokens, TEAM } from '../named-tokens.ts';
import { type OpenAppOptions, openApp } from '../open-app.ts';
import { expectAnswer, isAnswer, type NextPage, readAnswer } from './answers.ts';
import type { ChangeAction } from './change-actions.ts';
import { createModel, type Expected, type Model, passTime } from './model.ts';
import {
  changeToHttp,
  changeToModel,
  chooseTags,
  type HttpRequest,
  type PreparedChange,
} from './requests.ts';
import { change as changeModel } from './rules.ts';

const START = new Date('2027-01-01T00:00:00Z');

/** The rules that the model of a team knows. */
const TEAM_OPTIONS: OpenAppOptions = {
  tokens: namedTokens(TEAM),
  rules: { approval: 'four-eyes', reasonRequired: ['Rejected'], partNumberPattern: null },
};

/** The app on a new database and a model of it, which are asked the same things. */
export async function openSession(options: OpenAppOptions, isTeam: boolean) {
  let model: Model = createModel([], START, isTeam);
  const team = isTeam ? TEAM_OPTIONS : {};
  const open = () => openApp({ ...options, ...team, clock: () => model.now.toISOString() });
  let app = await open();
  const reader = isTeam ? as('kicad') : {};
  // What a new database holds is not the model's business, only what becomes of it.
  const parts = await app.send('GET', '/v1/parts', { headers: reader });
  model = createModel(JSON.parse(await parts.text()), START, isTeam);
  /** The next pages that were offered. */
  const pages: NextPage[] = [];
  let requests = 0;
  const newRequestId = () => `request-${++requests}`;

  const send = ({ method, path, headers, body }: HttpRequest, requestId: string) =>
    app.send(method, path, {
      headers: { ...reader, ...headers, 'X-Request-Id': requestId },
      ...(body !== undefined && { body }),
    });

  async function compare(request: HttpRequest, expected: Expected, requestId = newRequestId()) {
    const page = await expectAnswer(await send(request, requestId), requestId, expected);
    if (page) pages.push(page);
  }

  return {
    pages,
    readModel: () => model,
    compare,

    /** Asks for something that alters the model. */
    async compareAfter([after, expected]: [Model, Expected], request: HttpRequest) {
      model = after;
      await compare(request, expected);
    },

    passTime(seconds: number) {
      model = passTime(model, seconds);
    },

    prepare({ ifMatch, ...action }: ChangeAction): PreparedChange {
      const part = model.parts.find(({ id }) => id === action.id.means);
      return { ...action, tags: chooseTags(ifMatch, part?.version ?? 1) };
    },

    async compareChange(change: PreparedChange, isRespelled = false) {
      const requestId = newRequestId();
      const [after, expected] = changeModel(model, changeToModel(change, requestId));
      model = after;
      await compare(changeToHttp(change, isRespelled, isTeam), expected, requestId);
    },

    /** Sends all at once. The answers and the audit must be those of one order or another. */
    async compareTogether(changes: readonly PreparedChange[]) {
      const sent = await Promise.all(
        changes.map(async (change) => {
          const requestId = newRequestId();
          const answer = await readAnswer(
            await send(changeToHttp(change, false, isTeam), requestId),
          );
          return { change, requestId, answer };
        }),
      );
      const audit = await (
        await app.send('GET', '/v1/audit?limit=1000', { headers: reader })
      ).text();
      const outcome = permute(sent)
        .map((order) =>
          order.reduce<Model | undefined>((before, { change, requestId, answer }) => {
            if (!before) return undefined;
            const [after, expected] = changeModel(before, changeToModel(change, requestId));
            return isAnswer(answer, requestId, expected) ? after : undefined;
          }, model),
        )
        .find((after) => after && JSON.stringify(after.audit) === audit);
      expect(outcome, `no order explains ${JSON.stringify(sent)} and ${audit}`).toBeDefined();
      model = outcome ?? model;
    },

    async restart() {
      await app.storage.close();
      app = await open();
    },

    close: () => app.storage.close(),
  };
}

export type Session = Awaited<ReturnType<typeof openSession>>;

function permute<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first, index) =>
    permute(items.toSpliced(index, 1)).map((rest) => [first, ...rest]),
  );
}
