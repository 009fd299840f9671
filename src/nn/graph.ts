/** Builds a computation as an ONNX graph, and remembers how to differentiate it. */

import {
  type Attribute,
  type Dim,
  type ElementType,
  encodeModel,
  type ModelInfo,
  type NodeInfo,
  type TensorData,
  type ValueInfo,
} from './onnx.ts';

/** A value in a graph: a name with its element type and shape. Belongs to the graph that made it. */
export type Tensor = ValueInfo;

/** Maps the gradients of an operation's outputs to those of its inputs; `undefined` stands for zero. */
export type Backward = (gradients: readonly (Tensor | undefined)[]) => readonly (Tensor | undefined)[];

interface TapeEntry {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  readonly backward: Backward;
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** `com.microsoft` for ONNX Runtime's fused operators. @default the ONNX standard */
  readonly domain?: string;
}

type NumberArray = Float32Array | BigInt64Array | Int32Array | Uint8Array | Int8Array;

export class Graph {
  readonly tape: TapeEntry[] = [];
  readonly #nodes: NodeInfo[] = [];
  readonly #constants: TensorData[] = [];
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];
  readonly #scalars = new Map<string, Tensor>();
  #count = 0;

  input(name: string, type: ElementType, shape: readonly Dim[]): Tensor {
    const tensor = { name, type, shape };
    this.#inputs.push(tensor);
    return tensor;
  }

  /** A constant that is stored in the model. `shape` multiplies to the length of `data`. */
  constant(data: NumberArray, shape: readonly number[], name: string = this.#name('constant')): Tensor {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#constants.push({ name, type: elementTypeOf(data), shape, bytes });
    return { name, type: elementTypeOf(data), shape };
  }

  /** A float constant without dimensions; equal ones are stored once. */
  scalar(value: number): Tensor {
    const key = `float:${value}`;
    const known = this.#scalars.get(key) ?? this.constant(Float32Array.of(value), []);
    this.#scalars.set(key, known);
    return known;
  }

  /** A one-dimensional int64 constant, as shapes and axes are given; equal ones are stored once. */
  integers(values: readonly number[]): Tensor {
    const key = `int64:${values.join()}`;
    const known = this.#scalars.get(key) ?? this.constant(BigInt64Array.from(values, BigInt), [values.length]);
    this.#scalars.set(key, known);
    return known;
  }

  /** Adds a node with one output. */
  node(
    op: string,
    inputs: readonly (Tensor | undefined)[],
    output: Omit<Tensor, 'name'>,
    options: NodeOptions = {},
  ): Tensor {
    return this.nodes(op, inputs, [output], options)[0] as Tensor;
  }

  /** Adds a node with several outputs, in the operator's order. */
  nodes(
    op: string,
    inputs: readonly (Tensor | undefined)[],
    outputs: readonly Omit<Tensor, 'name'>[],
    { attributes = {}, domain = '' }: NodeOptions = {},
  ): Tensor[] {
    const tensors = outputs.map(({ type, shape }) => ({ name: this.#name(op), type, shape }));
    this.#nodes.push({
      op,
      domain,
      inputs: inputs.map((input) => input?.name ?? ''),
      outputs: tensors.map((tensor) => tensor.name),
      attributes,
    });
    return tensors;
  }

  /** Gives a tensor to whoever runs the graph, under a name of its own. */
  output(name: string, tensor: Tensor): void {
    this.#nodes.push({ op: 'Identity', domain: '', inputs: [tensor.name], outputs: [name], attributes: {} });
    this.#outputs.push({ ...tensor, name });
  }

  /** Gives a tensor to whoever runs the graph without a copy: its node writes straight to the named output. */
  rename(tensor: Tensor, name: string): void {
    const renamed = (names: readonly string[]): string[] => names.map((old) => (old === tensor.name ? name : old));
    this.#nodes.forEach((node, index) => {
      this.#nodes[index] = { ...node, inputs: renamed(node.inputs), outputs: renamed(node.outputs) };
    });
    this.#outputs.push({ ...tensor, name });
  }

  /** Declares how `outputs`, computed from `inputs`, are differentiated. Returns the first output. */
  differentiable(inputs: readonly Tensor[], outputs: readonly Tensor[], backward: Backward): Tensor {
    this.tape.push({ inputs, outputs, backward });
    return outputs[0] as Tensor;
  }

  build(): Uint8Array {
    return encodeModel(this.describe());
  }

  describe(): ModelInfo {
    return { nodes: this.#nodes, constants: this.#constants, inputs: this.#inputs, outputs: this.#outputs };
  }

  #name(base: string): string {
    this.#count++;
    return `${base}_${this.#count}`;
  }
}

function elementTypeOf(data: NumberArray): ElementType {
  if (data instanceof Float32Array) return 'float';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int32Array) return 'int32';
  return data instanceof Int8Array ? 'int8' : 'uint8';
}
