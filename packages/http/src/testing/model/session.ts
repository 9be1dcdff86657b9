import { expect } from 'vitest';
import { type OpenAppOptions, openApp } from '../open-app.ts';
import type { ChangeAction } from './actions.ts';
import { expectAnswer, isAnswer, type NextPage, readAnswer } from './answers.ts';
import {
  changeToHttp,
  changeToModel,
  chooseTags,
  type HttpRequest,
  type PreparedChange,
} from './requests.ts';
import { changeStatus, createModel, type Expected, type Model, passTime } from './rules.ts';

const START = new Date('2027-01-01T00:00:00Z');

/** The app on a new database and a model of it, which are asked the same things. */
export async function openSession(options: OpenAppOptions) {
  let model: Model = createModel([], START);
  const open = () => openApp({ ...options, clock: () => model.now.toISOString() });
  let app = await open();
  // What a new database holds is not the model's business, only what becomes of it.
  model = createModel(JSON.parse(await (await app.send('GET', '/v1/parts')).text()), START);
  /** The next pages that were offered. */
  const pages: NextPage[] = [];
  let requests = 0;
  const newRequestId = () => `request-${++requests}`;

  const send = ({ method, path, headers, body }: HttpRequest, requestId: string) =>
    app.send(method, path, {
      headers: { ...headers, 'X-Request-Id': requestId },
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
      const [after, expected] = changeStatus(model, changeToModel(change, requestId));
      model = after;
      await compare(changeToHttp(change, isRespelled), expected, requestId);
    },

    /** Sends all at once. The answers and the audit must be those of one order or another. */
    async compareTogether(changes: readonly PreparedChange[]) {
      const sent = await Promise.all(
        changes.map(async (change) => {
          const requestId = newRequestId();
          const answer = await readAnswer(await send(changeToHttp(change, false), requestId));
          return { change, requestId, answer };
        }),
      );
      const audit = await (await app.send('GET', '/v1/audit?limit=1000')).text();
      const outcome = permute(sent)
        .map((order) =>
          order.reduce<Model | undefined>((before, { change, requestId, answer }) => {
            if (!before) return undefined;
            const [after, expected] = changeStatus(before, changeToModel(change, requestId));
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
