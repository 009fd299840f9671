/**
 * Writes ONNX models: the few protobuf messages that a graph needs, encoded by hand so that weights go from memory into
 * the file without a copy through objects. Field numbers:
 * https://github.com/onnx/onnx/blob/v1.18.0/onnx/onnx.proto
 */

export type ElementType = 'float' | 'uint8' | 'int8' | 'int32' | 'int64' | 'bool';
/** A length, or the name of a length that is only known at run time. */
export type Dim = number | string;
export type Attribute = number | bigint | string | readonly bigint[];

export interface TensorData {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dim[];
}

export interface NodeInfo {
  readonly op: string;
  readonly domain: string;
  /** An empty name stands for an optional input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export interface ModelInfo {
  readonly nodes: readonly NodeInfo[];
  readonly constants: readonly TensorData[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
}

const ELEMENT: Record<ElementType, number> = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9 };
const ATTRIBUTE = { float: 1, int: 2, string: 3, ints: 7 };
const OPSETS = [
  { domain: '', version: 17 },
  { domain: 'com.microsoft', version: 1 },
];

/** A whole model as the bytes of an `.onnx` file. Numbers among attributes are floats, bigints are integers. */
export function encodeModel(model: ModelInfo): Uint8Array {
  const graph = message([
    ...model.nodes.map((node) => nested(1, encodeNode(node))),
    text(2, 'proofstill'),
    ...model.constants.map((tensor) => nested(5, encodeTensor(tensor))),
    ...model.inputs.map((value) => nested(11, encodeValue(value))),
    ...model.outputs.map((value) => nested(12, encodeValue(value))),
  ]);
  const opsets = OPSETS.map(({ domain, version }) => nested(8, message([text(1, domain), integer(2, version)])));
  return join(message([integer(1, 8), text(2, 'proofstill'), nested(7, graph), ...opsets]));
}

function encodeNode(node: NodeInfo): Encoded {
  const attributes = Object.entries(node.attributes).map(([name, value]) => nested(5, encodeAttribute(name, value)));
  return message([
    ...node.inputs.map((name) => text(1, name)),
    ...node.outputs.map((name) => text(2, name)),
    text(4, node.op),
    ...attributes,
    text(7, node.domain),
  ]);
}

function encodeAttribute(name: string, value: Attribute): Encoded {
  if (typeof value === 'bigint') return message([text(1, name), integer(3, value), integer(20, ATTRIBUTE.int)]);
  if (typeof value === 'string') return message([text(1, name), text(4, value), integer(20, ATTRIBUTE.string)]);
  if (typeof value === 'number') {
    const bytes = new Uint8Array(new Float32Array([value]).buffer);
    return message([text(1, name), [tag(2, 5), bytes], integer(20, ATTRIBUTE.float)]);
  }
  return message([text(1, name), ...value.map((item) => integer(8, item)), integer(20, ATTRIBUTE.ints)]);
}

function encodeTensor(tensor: TensorData): Encoded {
  return message([
    ...tensor.shape.map((length) => integer(1, length)),
    integer(2, ELEMENT[tensor.type]),
    text(8, tensor.name),
    nested(9, [tensor.bytes]),
  ]);
}

function encodeValue(value: ValueInfo): Encoded {
  const dims = value.shape.map((dim) => nested(1, message([typeof dim === 'number' ? integer(1, dim) : text(2, dim)])));
  const tensorType = message([integer(1, ELEMENT[value.type]), nested(2, message(dims))]);
  return message([text(1, value.name), nested(2, message([nested(1, tensorType)]))]);
}

/** Pieces of an encoding, joined once at the end so that large tensors are copied once. */
type Encoded = readonly Uint8Array[];

const message = (fields: readonly Encoded[]): Encoded => fields.flat();

function nested(field: number, body: Encoded): Encoded {
  const length = body.reduce((sum, piece) => sum + piece.length, 0);
  return [tag(field, 2), varint(BigInt(length)), ...body];
}

const text = (field: number, value: string): Encoded => nested(field, [new TextEncoder().encode(value)]);

const integer = (field: number, value: number | bigint): Encoded => [tag(field, 0), varint(BigInt(value))];

const tag = (field: number, wireType: number): Uint8Array => varint(BigInt((field << 3) | wireType));

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function join(pieces: Encoded): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
