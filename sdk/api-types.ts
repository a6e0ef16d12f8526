/** Written by scripts/sdk-types.ts from the server's own description; a test holds the two together. */

export type Task = {
  /** `task_` and 22 characters: 128 random bits. */
  readonly id: string;
  /** queued, running, then one of the three final states. */
  readonly state: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';
  readonly progress: number;
  readonly queue_position: number | null;
  readonly model: string;
  /** What the model does. */
  readonly operation: 'text-to-image' | 'image-to-image' | 'reference-to-image' | 'upscale-image' | 'text-to-video' | 'image-to-video' | 'start-end-to-video' | 'reference-to-video' | 'multiframe-to-video' | 'template-to-video' | 'audio-to-video' | 'lip-sync' | 'motion-control' | 'edit-video' | 'extend-video' | 'upscale-video' | 'interpolate-video' | 'denoise-video' | 'erase-subtitles' | 'translate-video' | 'text-to-audio' | 'text-to-speech' | 'clone-voice' | 'design-voice' | 'music' | 'extend-music' | 'separate-audio' | 'text-to-3d' | 'image-to-3d' | 'text-to-world' | 'image-to-world' | 'video-to-world' | 'text-to-text' | 'image-to-text' | 'video-to-text' | 'audio-to-text' | 'create-subject' | 'read-subjects' | 'edit-subject' | 'identify-face' | 'upload-asset';
  /** What renders it. */
  readonly engine: string;
  /** Higher runs first among your own. */
  readonly priority: number;
  readonly off_peak: boolean;
  /** The API it came in by. */
  readonly dialect: string;
  readonly wire_id: string | null;
  /** The seed that is really used, drawn when the request had none. */
  readonly seed: number;
  readonly input: Readonly<Record<string, unknown>>;
  readonly media: readonly {
    readonly field: string;
    readonly index: number;
    readonly artifact: string | null;
    readonly url: string | null;
  }[];
  /** As it was given; null without, and in lists also when it is longer than 512 characters. */
  readonly metadata: string | Readonly<Record<string, unknown>> | null;
  /** What the request said without effect, one sentence each. */
  readonly warnings: readonly string[];
  readonly marks: {
    readonly aigc: {
      /** 1 made by AI, 2 perhaps, 3 suspected. */
      readonly Label?: '1' | '2' | '3';
      /** Who made it: a name or code. */
      readonly ContentProducer?: string;
      /** The producer's number for it; the task's id unless told. */
      readonly ProduceID?: string;
      /** For the producer's own use, such as a signature. */
      readonly ReservedCode1?: string;
      /** Who spreads it: a name or code. */
      readonly ContentPropagator?: string;
      /** The propagator's number for it. */
      readonly PropagateID?: string;
      /** For the propagator's own use. */
      readonly ReservedCode2?: string;
    } | null;
    readonly visible: boolean;
    readonly position: 'top_left' | 'top_right' | 'bottom_right' | 'bottom_left' | null;
    readonly keep_unmarked: boolean;
  } | null;
  readonly output: {
    readonly files: readonly Artifact[];
    readonly metadata: Readonly<Record<string, unknown>>;
  } | null;
  readonly error: TaskError | null;
  readonly cost: {
    /** The list price in micro-dollars. */
    readonly list_micros: number;
    /** Taken from the balance at submit. */
    readonly reserved_micros: number;
    readonly captured_micros: number | null;
    /** Their amounts add up to the price. */
    readonly lines: readonly {
      /** The amount of a discount is not above 0. */
      readonly kind: 'price' | 'discount';
      /** `task` or the field that is counted; of a discount `tenant`, `off_peak` or `engine`. */
      readonly of: string;
      readonly units?: number;
      readonly unit_micros?: number;
      /** Of what the lines above add up to. */
      readonly percent?: number;
      readonly amount_micros: number;
    }[];
    readonly price_list: string | null;
    readonly exchange: {
      readonly currency: string;
      /** Millionths of that currency for one US dollar. */
      readonly micros_per_dollar: number;
      readonly date: string;
    } | null;
  };
  /** How often an engine was asked. */
  readonly attempts: number;
  /** UTC, ISO 8601 with milliseconds. */
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly cancel_requested_at: string | null;
  readonly urls: {
    readonly self: string;
    readonly events: string;
    readonly cancel: string;
  };
};

export type Artifact = {
  /** `art_` and 22 characters. */
  readonly id: string;
  /** Needs no key; lives as long as the artifact. */
  readonly url: string;
  /** What it is. */
  readonly kind: 'image' | 'video' | 'audio' | 'archive' | 'mesh' | 'text';
  readonly media_type: string;
  readonly file_name: string;
  readonly size_bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly width: number | null;
  readonly height: number | null;
  readonly duration_ms: number | null;
  readonly frame_rate: number | null;
  readonly thumbnail: {
    /** Needs no key; lives as long as the artifact. */
    readonly url: string;
    readonly media_type: string;
    readonly size_bytes: number;
    /** Pixels. */
    readonly width: number;
    /** Pixels. */
    readonly height: number;
  } | null;
  readonly poster: {
    /** Needs no key; lives as long as the artifact. */
    readonly url: string;
    readonly media_type: string;
    readonly size_bytes: number;
    /** Pixels. */
    readonly width: number;
    /** Pixels. */
    readonly height: number;
  } | null;
  readonly blurhash: string | null;
  /** UTC, ISO 8601 with milliseconds. */
  readonly created_at: string;
  readonly expires_at: string | null;
};

export type Upload = {
  readonly id: string;
  /** How many bytes are kept: where the next piece begins. */
  readonly offset: number;
  readonly size_bytes: number;
  readonly artifact: string | null;
  /** UTC, ISO 8601 with milliseconds. */
  readonly expires_at: string;
  readonly urls: {
    readonly self: string;
    readonly complete: string;
  };
};

export type Model = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What it does. */
  readonly operation: 'text-to-image' | 'image-to-image' | 'reference-to-image' | 'upscale-image' | 'text-to-video' | 'image-to-video' | 'start-end-to-video' | 'reference-to-video' | 'multiframe-to-video' | 'template-to-video' | 'audio-to-video' | 'lip-sync' | 'motion-control' | 'edit-video' | 'extend-video' | 'upscale-video' | 'interpolate-video' | 'denoise-video' | 'erase-subtitles' | 'translate-video' | 'text-to-audio' | 'text-to-speech' | 'clone-voice' | 'design-voice' | 'music' | 'extend-music' | 'separate-audio' | 'text-to-3d' | 'image-to-3d' | 'text-to-world' | 'image-to-world' | 'video-to-world' | 'text-to-text' | 'image-to-text' | 'video-to-text' | 'audio-to-text' | 'create-subject' | 'read-subjects' | 'edit-subject' | 'identify-face' | 'upload-asset';
  /** What comes out. */
  readonly output: 'image' | 'video' | 'audio' | 'text' | '3d';
  /** In the order they are asked. */
  readonly engines: readonly string[];
  /** Whether a task of it would run here. */
  readonly available: boolean;
  /** By what it would run, or what is missing. */
  readonly availability: string;
  /** No vendor offers it any more under this name. */
  readonly retired: boolean;
  readonly typical_price_micros: number | null;
  readonly capabilities: {
    readonly min_seconds: number | null;
    readonly max_seconds: number | null;
    readonly resolutions: readonly string[];
    readonly aspect_ratios: readonly string[];
    readonly max_images: number;
    readonly max_videos: number;
    readonly max_audios: number;
    readonly sound: boolean;
  };
  readonly names: readonly {
    readonly dialect: string;
    readonly name: string;
  }[];
  /** Where it stands in vendors' pages. */
  readonly navigation: readonly string[];
  readonly modified: string;
  readonly input_schema: Readonly<Record<string, unknown>>;
  /** What several fields together must hold to. */
  readonly checks: readonly Readonly<Record<string, unknown>>[];
  readonly price: Readonly<Record<string, unknown>> | null;
};

export type ListedModel = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What it does. */
  readonly operation: 'text-to-image' | 'image-to-image' | 'reference-to-image' | 'upscale-image' | 'text-to-video' | 'image-to-video' | 'start-end-to-video' | 'reference-to-video' | 'multiframe-to-video' | 'template-to-video' | 'audio-to-video' | 'lip-sync' | 'motion-control' | 'edit-video' | 'extend-video' | 'upscale-video' | 'interpolate-video' | 'denoise-video' | 'erase-subtitles' | 'translate-video' | 'text-to-audio' | 'text-to-speech' | 'clone-voice' | 'design-voice' | 'music' | 'extend-music' | 'separate-audio' | 'text-to-3d' | 'image-to-3d' | 'text-to-world' | 'image-to-world' | 'video-to-world' | 'text-to-text' | 'image-to-text' | 'video-to-text' | 'audio-to-text' | 'create-subject' | 'read-subjects' | 'edit-subject' | 'identify-face' | 'upload-asset';
  /** What comes out. */
  readonly output: 'image' | 'video' | 'audio' | 'text' | '3d';
  /** In the order they are asked. */
  readonly engines: readonly string[];
  /** Whether a task of it would run here. */
  readonly available: boolean;
  /** By what it would run, or what is missing. */
  readonly availability: string;
  /** No vendor offers it any more under this name. */
  readonly retired: boolean;
  readonly typical_price_micros: number | null;
  readonly capabilities: {
    readonly min_seconds: number | null;
    readonly max_seconds: number | null;
    readonly resolutions: readonly string[];
    readonly aspect_ratios: readonly string[];
    readonly max_images: number;
    readonly max_videos: number;
    readonly max_audios: number;
    readonly sound: boolean;
  };
  readonly names: readonly {
    readonly dialect: string;
    readonly name: string;
  }[];
  /** Where it stands in vendors' pages. */
  readonly navigation: readonly string[];
  readonly modified: string;
  readonly input_schema?: Readonly<Record<string, unknown>>;
  /** What several fields together must hold to. */
  readonly checks?: readonly Readonly<Record<string, unknown>>[];
  readonly price?: Readonly<Record<string, unknown>> | null;
};

export type Estimate = {
  readonly model: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly media: readonly {
    readonly field: string;
    readonly index: number;
  }[];
  readonly seed: number | null;
  readonly warnings: readonly string[];
  /** In the order they are asked; the first without a problem gets the task. */
  readonly engines: readonly {
    readonly engine: string;
    readonly problem: string | null;
    readonly price_published: boolean;
    /** Before discounts. */
    readonly list_micros: number;
    /** What would be reserved. */
    readonly total_micros: number;
    readonly lines: readonly {
      /** The amount of a discount is not above 0. */
      readonly kind: 'price' | 'discount';
      /** `task` or the field that is counted; of a discount `tenant`, `off_peak` or `engine`. */
      readonly of: string;
      readonly units?: number;
      readonly unit_micros?: number;
      /** Of what the lines above add up to. */
      readonly percent?: number;
      readonly amount_micros: number;
    }[];
    readonly price_list: string;
    readonly exchange: {
      readonly currency: string;
      /** Millionths of that currency for one US dollar. */
      readonly micros_per_dollar: number;
      readonly date: string;
    } | null;
  }[];
};

export type EstimateReport = {
  readonly estimate: Estimate | null;
  readonly error: {
    /** docs/errors.md explains each. */
    readonly code: 'invalid_request' | 'invalid_input' | 'unauthenticated' | 'insufficient_credit' | 'forbidden' | 'not_found' | 'model_not_found' | 'method_not_allowed' | 'conflict' | 'idempotency_in_progress' | 'payload_too_large' | 'unsupported_media_type' | 'input_unfetchable' | 'idempotency_mismatch' | 'rate_limited' | 'canceled' | 'internal' | 'engine_failed' | 'attempt_unknown' | 'price_unpublished' | 'engine_unavailable' | 'overloaded' | 'deadline_exceeded' | 'storage_full';
    readonly message: string;
    /** Whether the same request may succeed later. */
    readonly retryable: boolean;
    readonly request_id: string;
    readonly issues?: readonly {
      readonly path: string;
      readonly rule: string;
      readonly message: string;
    }[];
  } | null;
};

export type Translation = {
  readonly dialect: string;
  /** What the model is called there. */
  readonly name: string;
  /** Where that API is described, in OpenAPI. */
  readonly description_url: string;
  /** The `operationId` of the submit in that description. */
  readonly operation: string;
  /** Of the submit, a POST. */
  readonly path: string;
  /** Of the submit, as JSON. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Fields of the input that it has no words for. */
  readonly unsaid: readonly string[];
  readonly input_schema: Readonly<Record<string, unknown>>;
};

export type Delivery = {
  /** The `webhook-id` of all its attempts. */
  readonly id: string;
  readonly task: string;
  /** What it tells of. */
  readonly event: 'task.queued' | 'task.running' | 'task.progress' | 'task.succeeded' | 'task.failed' | 'task.canceled';
  readonly url: string;
  /** pending until an attempt meets a 2xx, or the last one has failed. */
  readonly state: 'pending' | 'delivered' | 'failed';
  /** How often it was sent. */
  readonly attempts: number;
  readonly next_attempt_at: string | null;
  /** UTC, ISO 8601 with milliseconds. */
  readonly created_at: string;
  readonly finished_at: string | null;
};

export type Tenant = {
  /** `tenant_` and 22 characters. */
  readonly id: string;
  readonly name: string;
  /** What can be spent, in micro-dollars. */
  readonly balance_micros: number;
  /** What it pays less than the list price. */
  readonly discount_percent: number;
  /** UTC, ISO 8601 with milliseconds. */
  readonly created_at: string;
};

export type Key = {
  /** `key_` and 22 characters; not the key itself. */
  readonly id: string;
  readonly tenant: string;
  readonly name: string;
  /** How the key begins, to recognise it by. */
  readonly hint: string;
  readonly scopes: readonly ('read' | 'submit')[];
  readonly spend_cap_micros: number | null;
  readonly concurrency: number | null;
  /** Reserved and captured so far; what is released comes off again. */
  readonly spent_micros: number;
  /** UTC, ISO 8601 with milliseconds. */
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
};

export type LedgerEntry = {
  readonly task: string | null;
  readonly kind: 'grant' | 'reserve' | 'capture' | 'release';
  /** Never negative; the kind says the sign. */
  readonly amount_micros: number;
  readonly note: string | null;
  /** UTC, ISO 8601 with milliseconds. */
  readonly created_at: string;
};

export type Engine = {
  readonly name: string;
  /** How many attempts it runs at once. */
  readonly concurrency: number;
  readonly paused_at: string | null;
  readonly problem: string | null;
  /** How many tasks wait for it. */
  readonly queued: number;
};

export type TaskError = {
  /** docs/errors.md explains each. */
  readonly code: 'invalid_request' | 'invalid_input' | 'unauthenticated' | 'insufficient_credit' | 'forbidden' | 'not_found' | 'model_not_found' | 'method_not_allowed' | 'conflict' | 'idempotency_in_progress' | 'payload_too_large' | 'unsupported_media_type' | 'input_unfetchable' | 'idempotency_mismatch' | 'rate_limited' | 'canceled' | 'internal' | 'engine_failed' | 'attempt_unknown' | 'price_unpublished' | 'engine_unavailable' | 'overloaded' | 'deadline_exceeded' | 'storage_full';
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
};

export type Error = {
  readonly error: {
    /** docs/errors.md explains each. */
    readonly code: 'invalid_request' | 'invalid_input' | 'unauthenticated' | 'insufficient_credit' | 'forbidden' | 'not_found' | 'model_not_found' | 'method_not_allowed' | 'conflict' | 'idempotency_in_progress' | 'payload_too_large' | 'unsupported_media_type' | 'input_unfetchable' | 'idempotency_mismatch' | 'rate_limited' | 'canceled' | 'internal' | 'engine_failed' | 'attempt_unknown' | 'price_unpublished' | 'engine_unavailable' | 'overloaded' | 'deadline_exceeded' | 'storage_full';
    readonly message: string;
    /** Whether the same request may succeed later. */
    readonly retryable: boolean;
    readonly request_id: string;
    readonly issues?: readonly {
      readonly path: string;
      readonly rule: string;
      readonly message: string;
    }[];
  };
};

/** What each operation takes and answers; of its path and query, the names. */
export type Operations = {
  /** List what the webhooks of all tenants were owed, newest first. */
  listAllDeliveries: {
    path: never;
    query: 'limit' | 'cursor' | 'tenant' | 'state';
    body: undefined;
    answer: {
      readonly data: readonly {
        /** The `webhook-id` of all its attempts. */
        readonly id: string;
        readonly task: string;
        /** What it tells of. */
        readonly event: 'task.queued' | 'task.running' | 'task.progress' | 'task.succeeded' | 'task.failed' | 'task.canceled';
        readonly url: string;
        /** pending until an attempt meets a 2xx, or the last one has failed. */
        readonly state: 'pending' | 'delivered' | 'failed';
        /** How often it was sent. */
        readonly attempts: number;
        readonly next_attempt_at: string | null;
        /** UTC, ISO 8601 with milliseconds. */
        readonly created_at: string;
        readonly finished_at: string | null;
        readonly tenant: string;
      }[];
      readonly next_cursor: string | null;
    };
  };
  /** Read any tenant's delivery and what each attempt met. */
  getAnyDelivery: {
    path: 'id';
    query: never;
    body: undefined;
    answer: {
      /** The `webhook-id` of all its attempts. */
      readonly id: string;
      readonly task: string;
      /** What it tells of. */
      readonly event: 'task.queued' | 'task.running' | 'task.progress' | 'task.succeeded' | 'task.failed' | 'task.canceled';
      readonly url: string;
      /** pending until an attempt meets a 2xx, or the last one has failed. */
      readonly state: 'pending' | 'delivered' | 'failed';
      /** How often it was sent. */
      readonly attempts: number;
      readonly next_attempt_at: string | null;
      /** UTC, ISO 8601 with milliseconds. */
      readonly created_at: string;
      readonly finished_at: string | null;
      readonly attempt_list: readonly {
        readonly number: number;
        /** UTC, ISO 8601 with milliseconds. */
        readonly started_at: string;
        /** UTC, ISO 8601 with milliseconds. */
        readonly finished_at: string;
        readonly status: number | null;
        readonly error: 'no_answer_in_time' | 'not_reached' | 'no_payload' | 'no_key' | null;
        /** The first 1,024 bytes of the body, as text. */
        readonly answer: string;
      }[];
      readonly tenant: string;
    };
  };
  /** Send any tenant's delivery again. */
  resendAnyDelivery: {
    path: 'id';
    query: never;
    body: undefined;
    answer: {
      /** The `webhook-id` of all its attempts. */
      readonly id: string;
      readonly task: string;
      /** What it tells of. */
      readonly event: 'task.queued' | 'task.running' | 'task.progress' | 'task.succeeded' | 'task.failed' | 'task.canceled';
      readonly url: string;
      /** pending until an attempt meets a 2xx, or the last one has failed. */
      readonly state: 'pending' | 'delivered' | 'failed';
      /** How often it was sent. */
      readonly attempts: number;
      readonly next_attempt_at: string | null;
      /** UTC, ISO 8601 with milliseconds. */
      readonly created_at: string;
      readonly finished_at: string | null;
      readonly tenant: string;
    };
  };
  /** Read the effective settings. */
  getConfig: {
    path: never;
    query: never;
    body: undefined;
    answer: Readonly<Record<string, {
      readonly value: unknown;
      /** Where the value came from. */
      readonly origin: string;
    }>>;
  };
  /** Read how the server is. */
  getStatus: {
    path: never;
    query: never;
    body: undefined;
    answer: {
      readonly version: string;
      /** UTC, ISO 8601 with milliseconds. */
      readonly started_at: string;
      /** How many tasks of all tenants are in each state. */
      readonly tasks: {
        readonly queued: number;
        readonly running: number;
        readonly succeeded: number;
        readonly failed: number;
        readonly canceled: number;
      };
      readonly engines: readonly Engine[];
      readonly files: {
        /** How many records have lost their file. */
        readonly missing: number;
      };
      readonly storage: {
        /** The database and its log. */
        readonly database_bytes: number;
        /** What is free where the data are. */
        readonly free_bytes: number;
        /** How large that file system is. */
        readonly total_bytes: number;
      };
      readonly reconciliation: {
        /** UTC, ISO 8601 with milliseconds. */
        readonly finished_at: string;
        readonly took_ms: number;
        readonly tenants: number;
        readonly keys: number;
        readonly tasks: number;
        readonly entries: number;
        readonly differences: readonly {
          readonly kind: 'tenant' | 'key' | 'task';
          readonly id: string;
          /** balance, spent, reserve, capture or release. */
          readonly what: string;
          /** What it must be. */
          readonly expected_micros: number;
          /** What it is. */
          readonly found_micros: number;
        }[];
      } | null;
    };
  };
  /** Replace the secret that signs links. */
  rotateLinkSecret: {
    path: never;
    query: never;
    body: undefined;
    answer: Readonly<Record<string, never>>;
  };
  /** Make a link that signs a browser in as the owner. */
  createSignInLink: {
    path: never;
    query: never;
    body: undefined;
    answer: {
      /** Signs one browser in as the owner, once. */
      readonly url: string;
      /** UTC, ISO 8601 with milliseconds. */
      readonly expires_at: string;
    };
  };
  /** List the engines and what keeps them. */
  listEngines: {
    path: never;
    query: never;
    body: undefined;
    answer: {
      readonly data: readonly Engine[];
    };
  };
  /** Begin nothing more on an engine. */
  pauseEngine: {
    path: 'name';
    query: never;
    body: undefined;
    answer: {
      readonly data: readonly Engine[];
    };
  };
  /** Let a paused engine go on. */
  resumeEngine: {
    path: 'name';
    query: never;
    body: undefined;
    answer: {
      readonly data: readonly Engine[];
    };
  };
  /** List the tenants. */
  listTenants: {
    path: never;
    query: never;
    body: undefined;
    answer: {
      readonly data: readonly Tenant[];
    };
  };
  /** Make a tenant. */
  createTenant: {
    path: never;
    query: never;
    body: {
      readonly name: string;
    };
    answer: Tenant;
  };
  /** Read a tenant. */
  getTenant: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Tenant;
  };
  /** Set a tenant's discount. */
  changeTenant: {
    path: 'id';
    query: never;
    body: {
      /** What it pays less than the list price, for tasks submitted from now on. */
      readonly discount_percent: number;
    };
    answer: Tenant;
  };
  /** Delete a tenant and all that it had. */
  deleteTenant: {
    path: 'id';
    query: never;
    body: undefined;
    answer: undefined;
  };
  /** List a tenant's keys. */
  listKeys: {
    path: 'id';
    query: never;
    body: undefined;
    answer: {
      readonly data: readonly Key[];
    };
  };
  /** Make a key. */
  createKey: {
    path: 'id';
    query: never;
    body: {
      readonly name: string;
      /** Both unless told. */
      readonly scopes?: readonly ('read' | 'submit')[];
      readonly spend_cap_micros?: number | null;
      readonly concurrency?: number | null;
      readonly expires_at?: string | null;
    };
    answer: {
      /** `key_` and 22 characters; not the key itself. */
      readonly id: string;
      readonly tenant: string;
      readonly name: string;
      /** How the key begins, to recognise it by. */
      readonly hint: string;
      readonly scopes: readonly ('read' | 'submit')[];
      readonly spend_cap_micros: number | null;
      readonly concurrency: number | null;
      /** Reserved and captured so far; what is released comes off again. */
      readonly spent_micros: number;
      /** UTC, ISO 8601 with milliseconds. */
      readonly created_at: string;
      readonly expires_at: string | null;
      readonly revoked_at: string | null;
      readonly last_used_at: string | null;
      /** The key itself. It is shown here and nowhere again. */
      readonly key: string;
    };
  };
  /** Revoke a key. */
  revokeKey: {
    path: 'id' | 'key';
    query: never;
    body: undefined;
    answer: Key;
  };
  /** Add to a tenant's balance. */
  createGrant: {
    path: 'id';
    query: never;
    body: {
      /** Micro-dollars. */
      readonly amount_micros: number;
      /** What it is for. */
      readonly note?: string;
    };
    answer: Tenant;
  };
  /** List a tenant's ledger entries, newest first. */
  listLedger: {
    path: 'id';
    query: 'limit' | 'cursor';
    body: undefined;
    answer: {
      readonly data: readonly LedgerEntry[];
      readonly next_cursor: string | null;
    };
  };
  /** Add up every balance, key and task anew. */
  reconcile: {
    path: never;
    query: never;
    body: undefined;
    answer: {
      readonly tenants: number;
      readonly keys: number;
      readonly tasks: number;
      readonly entries: number;
      readonly differences: readonly {
        readonly kind: 'tenant' | 'key' | 'task';
        readonly id: string;
        /** balance, spent, reserve, capture or release. */
        readonly what: string;
        /** What it must be. */
        readonly expected_micros: number;
        /** What it is. */
        readonly found_micros: number;
      }[];
    };
  };
  /** List the tasks of all tenants, newest first. */
  listAllTasks: {
    path: never;
    query: 'limit' | 'cursor' | 'tenant' | 'state' | 'model';
    body: undefined;
    answer: {
      readonly data: readonly {
        /** `task_` and 22 characters: 128 random bits. */
        readonly id: string;
        /** queued, running, then one of the three final states. */
        readonly state: 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled';
        readonly progress: number;
        readonly queue_position: number | null;
        readonly model: string;
        /** What the model does. */
        readonly operation: 'text-to-image' | 'image-to-image' | 'reference-to-image' | 'upscale-image' | 'text-to-video' | 'image-to-video' | 'start-end-to-video' | 'reference-to-video' | 'multiframe-to-video' | 'template-to-video' | 'audio-to-video' | 'lip-sync' | 'motion-control' | 'edit-video' | 'extend-video' | 'upscale-video' | 'interpolate-video' | 'denoise-video' | 'erase-subtitles' | 'translate-video' | 'text-to-audio' | 'text-to-speech' | 'clone-voice' | 'design-voice' | 'music' | 'extend-music' | 'separate-audio' | 'text-to-3d' | 'image-to-3d' | 'text-to-world' | 'image-to-world' | 'video-to-world' | 'text-to-text' | 'image-to-text' | 'video-to-text' | 'audio-to-text' | 'create-subject' | 'read-subjects' | 'edit-subject' | 'identify-face' | 'upload-asset';
        /** What renders it. */
        readonly engine: string;
        /** Higher runs first among your own. */
        readonly priority: number;
        readonly off_peak: boolean;
        /** The API it came in by. */
        readonly dialect: string;
        readonly wire_id: string | null;
        /** The seed that is really used, drawn when the request had none. */
        readonly seed: number;
        readonly input: Readonly<Record<string, unknown>>;
        readonly media: readonly {
          readonly field: string;
          readonly index: number;
          readonly artifact: string | null;
          readonly url: string | null;
        }[];
        /** As it was given; null without, and in lists also when it is longer than 512 characters. */
        readonly metadata: string | Readonly<Record<string, unknown>> | null;
        /** What the request said without effect, one sentence each. */
        readonly warnings: readonly string[];
        readonly marks: {
          readonly aigc: {
            /** 1 made by AI, 2 perhaps, 3 suspected. */
            readonly Label?: '1' | '2' | '3';
            /** Who made it: a name or code. */
            readonly ContentProducer?: string;
            /** The producer's number for it; the task's id unless told. */
            readonly ProduceID?: string;
            /** For the producer's own use, such as a signature. */
            readonly ReservedCode1?: string;
            /** Who spreads it: a name or code. */
            readonly ContentPropagator?: string;
            /** The propagator's number for it. */
            readonly PropagateID?: string;
            /** For the propagator's own use. */
            readonly ReservedCode2?: string;
          } | null;
          readonly visible: boolean;
          readonly position: 'top_left' | 'top_right' | 'bottom_right' | 'bottom_left' | null;
          readonly keep_unmarked: boolean;
        } | null;
        readonly output: {
          readonly files: readonly Artifact[];
          readonly metadata: Readonly<Record<string, unknown>>;
        } | null;
        readonly error: TaskError | null;
        readonly cost: {
          /** The list price in micro-dollars. */
          readonly list_micros: number;
          /** Taken from the balance at submit. */
          readonly reserved_micros: number;
          readonly captured_micros: number | null;
          /** Their amounts add up to the price. */
          readonly lines: readonly {
            /** The amount of a discount is not above 0. */
            readonly kind: 'price' | 'discount';
            /** `task` or the field that is counted; of a discount `tenant`, `off_peak` or `engine`. */
            readonly of: string;
            readonly units?: number;
            readonly unit_micros?: number;
            /** Of what the lines above add up to. */
            readonly percent?: number;
            readonly amount_micros: number;
          }[];
          readonly price_list: string | null;
          readonly exchange: {
            readonly currency: string;
            /** Millionths of that currency for one US dollar. */
            readonly micros_per_dollar: number;
            readonly date: string;
          } | null;
        };
        /** How often an engine was asked. */
        readonly attempts: number;
        /** UTC, ISO 8601 with milliseconds. */
        readonly created_at: string;
        readonly started_at: string | null;
        readonly finished_at: string | null;
        readonly cancel_requested_at: string | null;
        readonly urls: {
          readonly self: string;
          readonly events: string;
          readonly cancel: string;
        };
        readonly tenant: string;
        readonly key: string;
      }[];
      readonly next_cursor: string | null;
    };
  };
  /** Read the balance of your tenant, and what your key may do. */
  getAccount: {
    path: never;
    query: never;
    body: undefined;
    answer: {
      readonly tenant: Tenant;
      readonly key: Key;
    };
  };
  /** List the keys of your tenant. */
  listOwnKeys: {
    path: never;
    query: never;
    body: undefined;
    answer: {
      readonly data: readonly Key[];
    };
  };
  /** Make a key of your tenant. */
  createOwnKey: {
    path: never;
    query: never;
    body: {
      readonly name: string;
      /** Both unless told. */
      readonly scopes?: readonly ('read' | 'submit')[];
      readonly spend_cap_micros?: number | null;
      readonly concurrency?: number | null;
      readonly expires_at?: string | null;
    };
    answer: {
      /** `key_` and 22 characters; not the key itself. */
      readonly id: string;
      readonly tenant: string;
      readonly name: string;
      /** How the key begins, to recognise it by. */
      readonly hint: string;
      readonly scopes: readonly ('read' | 'submit')[];
      readonly spend_cap_micros: number | null;
      readonly concurrency: number | null;
      /** Reserved and captured so far; what is released comes off again. */
      readonly spent_micros: number;
      /** UTC, ISO 8601 with milliseconds. */
      readonly created_at: string;
      readonly expires_at: string | null;
      readonly revoked_at: string | null;
      readonly last_used_at: string | null;
      /** The key itself. It is shown here and nowhere again. */
      readonly key: string;
    };
  };
  /** Revoke a key of your tenant. */
  revokeOwnKey: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Key;
  };
  /** List your tenant's ledger entries, newest first. */
  listOwnLedger: {
    path: never;
    query: 'limit' | 'cursor';
    body: undefined;
    answer: {
      readonly data: readonly LedgerEntry[];
      readonly next_cursor: string | null;
    };
  };
  /** Read what your tasks cost, by day, key, model and engine. */
  getUsage: {
    path: never;
    query: 'days';
    body: undefined;
    answer: {
      /** The first day, of UTC. */
      readonly from: string;
      /** The last day, which is today. */
      readonly until: string;
      readonly data: readonly {
        /** The day the tasks were asked for, of UTC: `2026-11-21`. */
        readonly day: string;
        readonly tenant: string;
        /** Empty of a tenant that was deleted. */
        readonly tenant_name: string;
        /** The id of the key that asked. */
        readonly key: string;
        readonly key_name: string;
        /** Empty of tasks that were deleted: their amounts stay. */
        readonly model: string;
        readonly engine: string;
        readonly tasks: number;
        /** Their list prices together. */
        readonly list_micros: number;
        /** What was taken for them; reserved, as long as a task goes on. */
        readonly spent_micros: number;
      }[];
    };
  };
  /** Read what the tasks of all tenants cost, by day, key, model and engine. */
  getAllUsage: {
    path: never;
    query: 'days' | 'tenant';
    body: undefined;
    answer: {
      /** The first day, of UTC. */
      readonly from: string;
      /** The last day, which is today. */
      readonly until: string;
      readonly data: readonly {
        /** The day the tasks were asked for, of UTC: `2026-11-21`. */
        readonly day: string;
        readonly tenant: string;
        /** Empty of a tenant that was deleted. */
        readonly tenant_name: string;
        /** The id of the key that asked. */
        readonly key: string;
        readonly key_name: string;
        /** Empty of tasks that were deleted: their amounts stay. */
        readonly model: string;
        readonly engine: string;
        readonly tasks: number;
        /** Their list prices together. */
        readonly list_micros: number;
        /** What was taken for them; reserved, as long as a task goes on. */
        readonly spent_micros: number;
      }[];
    };
  };
  /** Ask for a picture or a film. */
  createTask: {
    path: never;
    query: 'dry_run';
    body: {
      /** A name from GET /v1/catalog. */
      readonly model: string;
      /** In a dry run: the API whose name `model` is and in whose fields `input` is written. */
      readonly dialect?: string;
      /** The fields of the model, as its `input_schema` lists them. A medium is an https URL, a data URI, or the id or link of an artifact. */
      readonly input: Readonly<Record<string, unknown>>;
      /** Higher runs first among your waiting tasks; 0 is normal. Tenants take turns. */
      readonly priority?: number;
      /** Costs less, and runs when its engine has nothing else to do. Canceled without charge when that takes too long. */
      readonly off_peak?: boolean;
      /** Kept with the task and given back as it is; at most 16384 characters of JSON. */
      readonly metadata?: string | Readonly<Record<string, unknown>>;
      readonly marks?: {
        /** The label AIGC of GB 45438 in the metadata of each file: true, or fields of it. Fields left out are those in `metadata`, then those of the server. */
        readonly aigc?: boolean | {
          /** 1 made by AI, 2 perhaps, 3 suspected. */
          readonly Label?: '1' | '2' | '3';
          /** Who made it: a name or code. */
          readonly ContentProducer?: string;
          /** The producer's number for it; the task's id unless told. */
          readonly ProduceID?: string;
          /** For the producer's own use, such as a signature. */
          readonly ReservedCode1?: string;
          /** Who spreads it: a name or code. */
          readonly ContentPropagator?: string;
          /** The propagator's number for it. */
          readonly PropagateID?: string;
          /** For the propagator's own use. */
          readonly ReservedCode2?: string;
        };
        /** Draws a mark into each picture and film, which are encoded anew for it. */
        readonly visible?: boolean;
        /** Where the visible mark stands; bottom_right unless told. */
        readonly position?: 'top_left' | 'top_right' | 'bottom_right' | 'bottom_left';
        /** Keeps the files without the visible mark as well, after those with it. */
        readonly keep_unmarked?: boolean;
      };
      readonly webhook?: {
        /** An https URL; redirects are not followed. */
        readonly url: string;
        readonly events?: readonly ('task.queued' | 'task.running' | 'task.progress' | 'task.succeeded' | 'task.failed' | 'task.canceled')[];
      };
    };
    answer: Estimate | EstimateReport | Task;
  };
  /** List your tasks, newest first. */
  listTasks: {
    path: never;
    query: 'limit' | 'cursor' | 'created_from' | 'created_before' | 'made_from' | 'used_in' | 'state' | 'model';
    body: undefined;
    answer: {
      readonly data: readonly Task[];
      readonly next_cursor: string | null;
    };
  };
  /** Read a task. */
  getTask: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Task;
  };
  /** Delete a task that has ended. */
  deleteTask: {
    path: 'id';
    query: never;
    body: undefined;
    answer: undefined;
  };
  /** Cancel a task. */
  cancelTask: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Task;
  };
  /** Follow a task as server-sent events. */
  watchTask: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Blob;
  };
  /** See what a running task is making. */
  getGlimpse: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Blob;
  };
  /** Store a picture or a film to use as input. */
  upload: {
    path: never;
    query: never;
    body: Blob;
    answer: Artifact;
  };
  /** Begin an upload that may break off and go on. */
  beginUpload: {
    path: never;
    query: never;
    body: {
      /** Of the whole file. */
      readonly size_bytes: number;
      /** The start of the name that the file is served with is made of it. */
      readonly file_name?: string;
    };
    answer: Upload;
  };
  /** Read how much of an upload has arrived. */
  getUpload: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Upload;
  };
  /** Send the next piece of an upload. */
  sendUploadPiece: {
    path: 'id';
    query: never;
    body: Blob;
    answer: Upload;
  };
  /** Give up an upload. */
  deleteUpload: {
    path: 'id';
    query: never;
    body: undefined;
    answer: undefined;
  };
  /** Make the artifact of an upload that has arrived. */
  completeUpload: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Artifact;
  };
  /** Read the facts of a stored file. */
  getArtifact: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Artifact;
  };
  /** Make a link to a file that expires. */
  createLink: {
    path: 'id';
    query: never;
    body: {
      /** Seconds, at most seven days; an hour unless told. */
      readonly expires_in?: number;
      /** Whether browsers save the file instead of showing it. */
      readonly download?: boolean;
    };
    answer: {
      readonly url: string;
      /** UTC, ISO 8601 with milliseconds. */
      readonly expires_at: string;
    };
  };
  /** Download by a link that expires. */
  getSignedFile: {
    path: 'ticket' | 'name';
    query: never;
    body: undefined;
    answer: Blob;
  };
  /** Download a thumbnail or a poster by a link that expires. */
  getSignedPreview: {
    path: 'ticket' | 'name';
    query: never;
    body: undefined;
    answer: Blob;
  };
  /** Download a result. */
  getFile: {
    path: 'token' | 'name';
    query: never;
    body: undefined;
    answer: Blob;
  };
  /** Download a thumbnail or a poster. */
  getPreview: {
    path: 'token' | 'name';
    query: never;
    body: undefined;
    answer: Blob;
  };
  /** List what webhooks were owed, newest first. */
  listDeliveries: {
    path: never;
    query: 'limit' | 'cursor' | 'task' | 'state';
    body: undefined;
    answer: {
      readonly data: readonly Delivery[];
      readonly next_cursor: string | null;
    };
  };
  /** Read a delivery and what each attempt met. */
  getDelivery: {
    path: 'id';
    query: never;
    body: undefined;
    answer: {
      /** The `webhook-id` of all its attempts. */
      readonly id: string;
      readonly task: string;
      /** What it tells of. */
      readonly event: 'task.queued' | 'task.running' | 'task.progress' | 'task.succeeded' | 'task.failed' | 'task.canceled';
      readonly url: string;
      /** pending until an attempt meets a 2xx, or the last one has failed. */
      readonly state: 'pending' | 'delivered' | 'failed';
      /** How often it was sent. */
      readonly attempts: number;
      readonly next_attempt_at: string | null;
      /** UTC, ISO 8601 with milliseconds. */
      readonly created_at: string;
      readonly finished_at: string | null;
      readonly attempt_list: readonly {
        readonly number: number;
        /** UTC, ISO 8601 with milliseconds. */
        readonly started_at: string;
        /** UTC, ISO 8601 with milliseconds. */
        readonly finished_at: string;
        readonly status: number | null;
        readonly error: 'no_answer_in_time' | 'not_reached' | 'no_payload' | 'no_key' | null;
        /** The first 1,024 bytes of the body, as text. */
        readonly answer: string;
      }[];
    };
  };
  /** Send a delivery again. */
  resendDelivery: {
    path: 'id';
    query: never;
    body: undefined;
    answer: Delivery;
  };
  /** Send again what was created in a span of time. */
  resendDeliveries: {
    path: never;
    query: never;
    body: {
      /** ISO 8601 with an offset; of the last 30 days. */
      readonly since: string;
      /** ISO 8601 with an offset, not itself included. */
      readonly until: string;
      /** `failed` unless told. */
      readonly state?: 'pending' | 'delivered' | 'failed';
    };
    answer: {
      /** How many are due again. */
      readonly resent: number;
    };
  };
  /** List the endpoints that fail or are disabled, by URL. */
  listFailingEndpoints: {
    path: never;
    query: 'limit' | 'cursor';
    body: undefined;
    answer: {
      readonly data: readonly {
        readonly url: string;
        readonly failing_since: string | null;
        readonly last_failed_at: string | null;
        readonly disabled_at: string | null;
      }[];
      readonly next_cursor: string | null;
    };
  };
  /** Enable an endpoint that fails or is disabled. */
  enableEndpoint: {
    path: never;
    query: never;
    body: {
      readonly url: string;
    };
    answer: {
      readonly url: string;
      readonly failing_since: string | null;
      readonly last_failed_at: string | null;
      readonly disabled_at: string | null;
    };
  };
  /** Read since when an endpoint has its secret. */
  getWebhookSecret: {
    path: never;
    query: 'url';
    body: undefined;
    answer: {
      readonly url: string;
      /** UTC, ISO 8601 with milliseconds. */
      readonly created_at: string;
      readonly previous_valid_until: string | null;
    };
  };
  /** Make a new secret for an endpoint, and see it this once. */
  createWebhookSecret: {
    path: never;
    query: never;
    body: {
      readonly url: string;
    };
    answer: {
      readonly url: string;
      /** UTC, ISO 8601 with milliseconds. */
      readonly created_at: string;
      readonly previous_valid_until: string | null;
      /** `whsec_` and base64; shown this once. */
      readonly secret: string;
    };
  };
  /** List what changed in the catalogue. */
  listModelUpdates: {
    path: never;
    query: 'model' | 'since';
    body: undefined;
    answer: {
      readonly data: readonly {
        /** YYYY-MM-DD. */
        readonly date: string;
        readonly what: string;
        /** Ids, or the beginning of ids and a star; empty for what is about a vendor's list as a whole. */
        readonly models: readonly string[];
        /** Where it is known from; null for what we changed ourselves. */
        readonly source: string | null;
      }[];
    };
  };
  /** List the models. */
  listModels: {
    path: never;
    query: 'q' | 'operation' | 'vendor' | 'resolution' | 'min_seconds' | 'max_price' | 'available' | 'brief' | 'limit' | 'cursor';
    body: undefined;
    answer: {
      readonly data: readonly ListedModel[];
      readonly next_cursor: string | null;
      /** Of all pages. */
      readonly total: number;
    };
  };
  /** Read a model and its input schema. */
  getModel: {
    path: 'model';
    query: never;
    body: undefined;
    answer: Model;
  };
  /** List the models. */
  listModelsAsOwner: {
    path: never;
    query: 'q' | 'operation' | 'vendor' | 'resolution' | 'min_seconds' | 'max_price' | 'available' | 'brief' | 'limit' | 'cursor';
    body: undefined;
    answer: {
      readonly data: readonly ListedModel[];
      readonly next_cursor: string | null;
      /** Of all pages. */
      readonly total: number;
    };
  };
  /** Write a request as every API would have it. */
  translate: {
    path: never;
    query: never;
    body: {
      /** A name from GET /v1/catalog. */
      readonly model: string;
      /** As for a task; a medium is a link, or the id of an artifact. */
      readonly input: Readonly<Record<string, unknown>>;
    };
    answer: {
      readonly data: readonly Translation[];
    };
  };
  /** This description. */
  getOpenApi: {
    path: never;
    query: 'models';
    body: undefined;
    answer: Blob;
  };
};

/** Where each operation is served. */
export const operations = {
  listAllDeliveries: { method: 'GET', path: '/v1/admin/deliveries' },
  getAnyDelivery: { method: 'GET', path: '/v1/admin/deliveries/{id}' },
  resendAnyDelivery: { method: 'POST', path: '/v1/admin/deliveries/{id}/resend' },
  getConfig: { method: 'GET', path: '/v1/admin/config' },
  getStatus: { method: 'GET', path: '/v1/admin/status' },
  rotateLinkSecret: { method: 'POST', path: '/v1/admin/links/rotate' },
  createSignInLink: { method: 'POST', path: '/v1/admin/sign-in-links' },
  listEngines: { method: 'GET', path: '/v1/admin/engines' },
  pauseEngine: { method: 'POST', path: '/v1/admin/engines/{name}/pause' },
  resumeEngine: { method: 'POST', path: '/v1/admin/engines/{name}/resume' },
  listTenants: { method: 'GET', path: '/v1/admin/tenants' },
  createTenant: { method: 'POST', path: '/v1/admin/tenants' },
  getTenant: { method: 'GET', path: '/v1/admin/tenants/{id}' },
  changeTenant: { method: 'PATCH', path: '/v1/admin/tenants/{id}' },
  deleteTenant: { method: 'DELETE', path: '/v1/admin/tenants/{id}' },
  listKeys: { method: 'GET', path: '/v1/admin/tenants/{id}/keys' },
  createKey: { method: 'POST', path: '/v1/admin/tenants/{id}/keys' },
  revokeKey: { method: 'POST', path: '/v1/admin/tenants/{id}/keys/{key}/revoke' },
  createGrant: { method: 'POST', path: '/v1/admin/tenants/{id}/grants' },
  listLedger: { method: 'GET', path: '/v1/admin/tenants/{id}/ledger' },
  reconcile: { method: 'POST', path: '/v1/admin/reconcile' },
  listAllTasks: { method: 'GET', path: '/v1/admin/tasks' },
  getAccount: { method: 'GET', path: '/v1/account' },
  listOwnKeys: { method: 'GET', path: '/v1/keys' },
  createOwnKey: { method: 'POST', path: '/v1/keys' },
  revokeOwnKey: { method: 'POST', path: '/v1/keys/{id}/revoke' },
  listOwnLedger: { method: 'GET', path: '/v1/ledger' },
  getUsage: { method: 'GET', path: '/v1/usage' },
  getAllUsage: { method: 'GET', path: '/v1/admin/usage' },
  createTask: { method: 'POST', path: '/v1/tasks' },
  listTasks: { method: 'GET', path: '/v1/tasks' },
  getTask: { method: 'GET', path: '/v1/tasks/{id}' },
  deleteTask: { method: 'DELETE', path: '/v1/tasks/{id}' },
  cancelTask: { method: 'POST', path: '/v1/tasks/{id}/cancel' },
  watchTask: { method: 'GET', path: '/v1/tasks/{id}/events' },
  getGlimpse: { method: 'GET', path: '/v1/tasks/{id}/glimpse' },
  upload: { method: 'POST', path: '/v1/uploads' },
  beginUpload: { method: 'POST', path: '/v1/uploads/sessions' },
  getUpload: { method: 'GET', path: '/v1/uploads/sessions/{id}' },
  sendUploadPiece: { method: 'PATCH', path: '/v1/uploads/sessions/{id}' },
  deleteUpload: { method: 'DELETE', path: '/v1/uploads/sessions/{id}' },
  completeUpload: { method: 'POST', path: '/v1/uploads/sessions/{id}/complete' },
  getArtifact: { method: 'GET', path: '/v1/artifacts/{id}' },
  createLink: { method: 'POST', path: '/v1/artifacts/{id}/links' },
  getSignedFile: { method: 'GET', path: '/files/signed/{ticket}/{name}' },
  getSignedPreview: { method: 'GET', path: '/files/signed/{ticket}/previews/{name}' },
  getFile: { method: 'GET', path: '/files/{token}/{name}' },
  getPreview: { method: 'GET', path: '/files/{token}/previews/{name}' },
  listDeliveries: { method: 'GET', path: '/v1/deliveries' },
  getDelivery: { method: 'GET', path: '/v1/deliveries/{id}' },
  resendDelivery: { method: 'POST', path: '/v1/deliveries/{id}/resend' },
  resendDeliveries: { method: 'POST', path: '/v1/deliveries/resend' },
  listFailingEndpoints: { method: 'GET', path: '/v1/webhook-endpoints' },
  enableEndpoint: { method: 'POST', path: '/v1/webhook-endpoints/enable' },
  getWebhookSecret: { method: 'GET', path: '/v1/webhook-secrets' },
  createWebhookSecret: { method: 'POST', path: '/v1/webhook-secrets' },
  listModelUpdates: { method: 'GET', path: '/v1/catalog/updates' },
  listModels: { method: 'GET', path: '/v1/catalog' },
  getModel: { method: 'GET', path: '/v1/catalog/{model}' },
  listModelsAsOwner: { method: 'GET', path: '/v1/admin/models' },
  translate: { method: 'POST', path: '/v1/translations' },
  getOpenApi: { method: 'GET', path: '/openapi.json' },
} as const satisfies Readonly<Record<keyof Operations, { readonly method: string; readonly path: string }>>;
