import type { PartStatus, StatusChangeInput } from '@parts/core';

/*
 * What requests may carry, for the typed client. The types of the routes name them; nothing
 * is read or checked by them.
 */

type PartId = { readonly id: number };
type RequestHeaders = { readonly 'X-Request-Id'?: string };

export interface ListPartsInput {
  in: {
    readonly query?: {
      readonly status?: PartStatus;
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly header?: RequestHeaders;
  };
}

export interface GetPartInput {
  in: {
    readonly param: PartId;
    readonly header?: RequestHeaders & { readonly 'If-None-Match'?: string };
  };
}

export interface ChangeStatusInput {
  in: {
    readonly param: PartId;
    readonly json: StatusChangeInput;
    readonly header?: RequestHeaders & {
      readonly 'If-Match'?: string;
      readonly 'Idempotency-Key'?: string;
    };
  };
}

export interface ListPartAuditInput {
  in: {
    readonly param: PartId;
    readonly query?: { readonly limit?: number; readonly cursor?: string };
    readonly header?: RequestHeaders;
  };
}

export interface ListAuditInput {
  in: {
    readonly query?: { readonly after?: number; readonly limit?: number };
    readonly header?: RequestHeaders & { readonly 'Last-Event-ID'?: string };
  };
}
