/**
 * Image fusion in the browser: two registered pictures of one scene become one.
 *
 *     import { load } from "./tcmoa.js";
 *     const fuser = await load({ model: "./model/tiny/" });
 *     const result = await fuser.fuse(first, second, { task: "mef" });
 *     context.putImageData(result.image, 0, 0);
 *
 * Nothing leaves the page: pictures go to a dedicated Worker and come back.
 */

/** A picture: decoded, or a place to get it from. */
export type Source = ImageBitmap | ImageData | Blob | URL | string;

/** How far the loading of a model has come. */
export interface LoadProgress {
  /** Bytes of the weight file that have arrived, and in all. */
  bytes: number;
  totalBytes: number;
  /** The part of bytes that an earlier load had stored in this browser, and that needed no network. */
  storedBytes: number;
  /** Tensors that are ready, and in all. */
  tensors: number;
  totalTensors: number;
  /** Transformer blocks, the encoder's and the decoder's, that are ready, and in all. */
  blocks: number;
  totalBlocks: number;
}

/**
 * What computes. "auto": the GPU, through WebGPU, unless there is none or only
 * one that is imitated by software; then the CPU. "gpu": the GPU even if it is
 * imitated; the CPU where there is none at all. "cpu": the CPU.
 */
export type BackendChoice = "auto" | "gpu" | "cpu";

export interface LoadOptions {
  /** Folder of the model: it holds model.json. Default: "model/tiny/" beside this module. */
  model?: string | URL;
  /** Arithmetic of the linear layers. Default: "int8". */
  precision?: "int8" | "f32";
  /** Default: "auto". Whatever is chosen, a GPU that fails gives place to the CPU. */
  backend?: BackendChoice;
  /**
   * How many Workers may share a picture, from 1 to 64: each takes tiles of a large
   * one, and where there are fewer tiles than Workers, two share a tile. The first
   * picture that needs them starts them. Default: the processors, at most 8, and at
   * most one for each gigabyte of memory. The GPU takes one tile after the other.
   */
  workers?: number;
  onProgress?: (progress: LoadProgress) => void;
  signal?: AbortSignal;
}

/** What a model is: enough to build controls for it. */
export interface ModelInfo {
  name: string;
  /** Licence and origin of the weights, as their manifest tells. */
  licence: string;
  origin: string;
  /** Tasks with a router of their own: "vif", "mef", "mff". */
  tasks: string[];
  /** Mixtures of adapters, encoder's first, and how many of them are the encoder's. */
  moas: number;
  encoderMoas: number;
  experts: number;
  topK: number;
  /** Side of a token in pixels. */
  cell: number;
  /** The network's shape, as model.json has it. */
  variant: Variant;
}

/** The shape of a network. Those of windows and shifts are in tokens. */
export interface Variant {
  name: string;
  /** Side of a patch in pixels of the picture enlarged by upsample. */
  patch: number;
  upsample: number;
  dim: number;
  depth: number;
  heads: number;
  decoder_dim: number;
  decoder_depth: number;
  decoder_heads: number;
  window: number;
  shift: number;
  mlp_ratio: number;
  /** A mixture of adapters follows block i where (i + tau_shift) mod tau = tau − 1. */
  tau: number;
  tau_shift: number;
  experts: number;
  top_k: number;
  tasks: string[];
  local_conv: boolean;
  /** "twoscale" weighs local means and detail apart. */
  head: "pixels" | "blend" | "twoscale";
}

/** p ← ½ + alpha·(p − ½) ± beta, for the first (+) and the second (−) source. */
export interface PromptControl {
  alpha?: number;
  beta?: number;
}

export interface FuseProgress {
  /** The tile at work, from 0, and how many there are. */
  tile: number;
  tiles: number;
  /** The part of the network just done: "encoder block 3". A GPU takes a tile in one step. */
  step: string;
  done: number;
  total: number;
  /** How much of the whole fusion is done, from 0 to 1; it never falls. */
  fraction: number;
}

export interface FuseOptions extends PromptControl {
  /** Whose router: "vif" visible and infrared, "mef" exposures, "mff" focus distances. */
  task: string;
  /** Overrides alpha and beta per mixture of adapters. */
  prompts?: PromptControl[];
  /** A convex mix of the tasks' routers, in place of task's own: { vif: 0.5, mef: 0.5 }. */
  router?: Record<string, number>;
  /** Which experts take part. Default: all. */
  experts?: boolean[];
  /** A grid over the picture that is added to every beta. */
  region?: { width: number; height: number; beta: Float32Array };
  /** Whether to return prompts and gates. Default: true up to one megapixel. */
  maps?: boolean;
  /**
   * Whether a further fusion of the same pair is to be faster: where its controls
   * differ, it goes on from the first mixture of adapters that they change, and
   * comes to the same picture, bit for bit. Takes up to 128 MB a Worker, or of the
   * GPU's memory, until a fusion without it. Default: false.
   */
  keep?: boolean;
  /**
   * Up to how many pixels a picture is fused whole; a larger one is cut into
   * overlapping tiles of at most about that size, which Workers share. Less
   * needs less memory, more lets the network see more at once. From 1 to the
   * default, 1048576; a tile has at least 3 × 3 windows of the network.
   */
  tilePixels?: number;
  onProgress?: (progress: FuseProgress) => void;
  signal?: AbortSignal;
}

/** What one mixture of adapters decided, token by token, row-major. */
export interface Route {
  /** The sources' prompts after the controls. */
  first: Float32Array;
  second: Float32Array;
  /** Gates, `experts` values a token; 0 for an expert that was not chosen. */
  gates: Float32Array;
}

export interface FuseResult {
  image: ImageData;
  /**
   * The first source's share in every pixel, row-major; null where the model's head has none. Where
   * `info.variant.head` is "twoscale" it is its share in the pixel's local mean; what stands out from
   * that, the detail, is weighed apart.
   */
  weights: Float32Array | null;
  /** null where maps were not asked for. */
  prompts: { rows: number; cols: number; cell: number; routes: Route[] } | null;
  /** What computed: "CPU, int8", or "GPU (its name), int8". */
  backend: string;
  /** Why the CPU computed though the choice allowed the GPU, a sentence; otherwise "". */
  note: string;
  /** Tiles, and Workers that had a part in them. */
  tiles: number;
  workers: number;
  /** The share of the network's blocks that an earlier fusion with `keep` had computed already, from 0 to 1. */
  reused: number;
  /** From the start of the call's turn to the result, decoding included. */
  milliseconds: number;
}

export interface Fuser {
  readonly info: ModelInfo;
  /** What the next fusion will compute on, and why not the GPU, as FuseResult has them. */
  readonly backend: string;
  readonly note: string;
  /**
   * Whether the browser keeps the whole model in its private file system for
   * this origin, so that the next load needs no network. It does not in some
   * private windows, without a secure context, or where there is no room.
   */
  readonly stored: boolean;
  /**
   * Fuses two pictures of one size. Calls queue up, and a source is read when
   * its call's turn comes; it is never changed or taken away. Rejects with an
   * Error whose message is a sentence for the user, or with the signal's reason
   * when aborted, as soon as the computation has stopped. After a failure of the
   * engine the next call starts a new one.
   *
   * A GPU that fails costs time, never a result: the fusion starts again with
   * smaller tiles where its memory was too small, once on a new device where
   * the old one was lost, and otherwise on the CPU, which then stays in place.
   */
  fuse(first: Source, second: Source, options: FuseOptions): Promise<FuseResult>;
  /**
   * Chooses again what computes. It takes its turn among the calls of fuse(),
   * and downloads nothing. Resolves when backend and note hold for the choice.
   */
  use(backend: BackendChoice): Promise<void>;
  /** Ends the Workers and frees their memory. */
  close(): void;
}

/**
 * Starts a Worker with the engine, streams the model in, and verifies it. What
 * is verified is stored in the browser, where it can be: a load after one that
 * broke off goes on where that stopped, and a load of a model that is stored
 * asks the server only whether there is another one by now.
 */
export function load(options?: LoadOptions): Promise<Fuser>;

/**
 * Decodes a picture as fuse() would, honouring EXIF orientation. Rejects with an
 * Error that says what is wrong with it.
 */
export function decode(source: Source): Promise<ImageBitmap>;
