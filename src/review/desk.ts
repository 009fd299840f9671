/** What the review's server answers to which request. */

import type { IncomingMessage } from 'node:http';
import { isProofstillError } from '../core/errors.ts';
import { bearerOf, bodyOf, isToken, newToken, refusal, refusalOf } from './guard.ts';
import { type ItemReply, orderSchema, type UndoReply } from './messages.ts';
import type { Session } from './session.ts';

/** An answer: an object goes out as JSON, a text as the page. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object | string;
  /** The reviewer is done. */
  readonly isLast?: true;
}

export interface DeskOptions {
  readonly session: Session;
  readonly page: string;
  /** Of the page, as its header says it. */
  readonly policy: string;
  readonly port: number;
  /** Ends what is being verified. */
  readonly signal: AbortSignal;
}

const FORBIDDEN = refusal(403, 'expected the token: open the address that proofstill review printed in the terminal');

export class Desk {
  /** Whoever has it may read and decide. */
  readonly token = newToken();
  /** Leads to the token, once. */
  readonly key = newToken();
  #isKeyUsed = false;
  readonly #options: DeskOptions;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** @throws `interrupted`, and what is a bug: what the reviewer can mend is an answer */
  async answer(request: IncomingMessage): Promise<Reply> {
    const refused = refusalOf(request, this.#options.port);
    if (refused) return refused;
    const [path, query] = (request.url ?? '').split('?');
    const parameters = new URLSearchParams(query);
    const route = `${request.method} ${path}`;
    if (route === 'GET /') return this.#page(parameters);
    if (!isToken(bearerOf(request), this.token)) return FORBIDDEN;
    try {
      if (route === 'GET /item') return this.#item(parameters.get('n'));
      const post = this.#posts[route];
      if (post === undefined) return refusal(404, 'there is no such page');
      const body = await bodyOf(request);
      return 'value' in body ? await post(body.value) : body;
    } catch (error) {
      // A full disk, a candidate that was changed since.
      if (!isProofstillError(error) || error.code === 'interrupted') throw error;
      return refusal(500, [error.message, error.hint ?? ''].join(' ').trim());
    }
  }

  #page(parameters: URLSearchParams): Reply {
    if (!this.#isKeyUsed && isToken(parameters.get('once'), this.key)) {
      this.#isKeyUsed = true;
      return { status: 303, headers: { Location: `/?token=${this.token}` }, body: {} };
    }
    if (!isToken(parameters.get('token'), this.token)) return FORBIDDEN;
    const { page, policy } = this.#options;
    return { status: 200, headers: { 'Content-Security-Policy': policy }, body: page };
  }

  /** One item: at place `n`, else the first that nobody decided, else the first. */
  #item(asked: string | null): Reply {
    const { session } = this.#options;
    const item = session.item(asked === null ? (session.undecided() ?? 0) : Number(asked));
    if (item === undefined) return refusal(404, 'there is no such item');
    return { status: 200, body: { item, counts: session.counts() } satisfies ItemReply };
  }

  readonly #posts: Readonly<Record<string, (body: unknown) => Reply | Promise<Reply>>> = {
    'POST /decide': async (body) => {
      const { session, signal } = this.#options;
      const order = orderSchema.safeParse(body);
      if (!order.success) return refusal(400, 'expected a decision');
      const outcome = await session.decide(order.data, signal);
      if (outcome.kind === 'stale') return refusal(409, 'this is not the text that is queued here');
      return { status: outcome.kind === 'decided' ? 200 : 422, body: outcome };
    },
    'POST /undo': () => {
      const { session } = this.#options;
      return { status: 200, body: { n: session.undo(), counts: session.counts() } satisfies UndoReply };
    },
    'POST /done': () => ({ status: 200, body: this.#options.session.counts(), isLast: true }),
  };
}
