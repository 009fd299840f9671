import { expect, it } from 'vitest';
import { encodeModel, type ModelInfo } from './onnx.ts';

const EMPTY: ModelInfo = { nodes: [], constants: [], inputs: [], outputs: [] };
const hex = (model: Partial<ModelInfo>): string => Buffer.from(encodeModel({ ...EMPTY, ...model })).toString('hex');
const text = (value: string): string => Buffer.from(value).toString('hex');

it('a whole model is what protobuf’s and ONNX’s specifications say, byte by byte', () => {
  const graph = `120a${text('proofstill')}`; // name = 2, ten letters
  const opsets = [
    `4204${'0a00'}${'1011'}`, // opset_import = 8: domain = 1, empty; version = 2, 17
    `4211${`0a0d${text('com.microsoft')}`}${'1001'}`,
  ];
  // ir_version = 1, 8; producer_name = 2; graph = 7, twelve bytes
  expect(hex({})).toBe(['0808', `120a${text('proofstill')}`, `3a0c${graph}`, ...opsets].join(''));
});

// The examples of https://protobuf.dev/programming-guides/encoding/, in whose place stand fields of the same number.
it('150 in field 1 is 08 96 01', () => {
  // TensorProto: dims = 1, data_type = 2 (uint8 = 2), name = 8, raw_data = 9 with its 150 bytes
  const bytes = new Uint8Array(150).fill(7);
  const tensor = `${'089601'}${'1002'}4201${text('w')}${'4a9601'}${'07'.repeat(150)}`;
  expect(hex({ constants: [{ name: 'w', type: 'uint8', shape: [150], bytes }] })).toContain(tensor);
});

it('"testing" in field 2 is 12 07 74 65 73 74 69 6e 67', () => {
  const node = { op: 'Add', domain: '', inputs: ['', 'x'], outputs: ['testing'], attributes: {} };
  // NodeProto: input = 1, the first left out; output = 2; op_type = 4; domain = 7
  expect(hex({ nodes: [node] })).toContain(
    `${'0a00'}0a01${text('x')}${'120774657374696e67'}2203${text('Add')}${'3a00'}`,
  );
});

it('a negative integer is its two’s complement in ten bytes, and a float is little-endian', () => {
  const attributes = { axis: -2n, alpha: 1.5, perm: [1n, 0n], mode: 'linear' };
  const model = hex({ nodes: [{ op: 'X', domain: '', inputs: [], outputs: [], attributes }] });
  // AttributeProto: name = 1, f = 2, i = 3, s = 4, ints = 8, type = 20 (float 1, int 2, string 3, ints 7)
  expect(model).toContain(`0a04${text('axis')}${'18feffffffffffffffff01'}${'a00102'}`);
  expect(model).toContain(`0a05${text('alpha')}${'150000c03f'}${'a00101'}`); // 1.5 = 0x3fc00000
  expect(model).toContain(`0a04${text('perm')}${'4001'}${'4000'}${'a00107'}`);
  expect(model).toContain(`0a04${text('mode')}2206${text('linear')}${'a00103'}`);
});

it('an input has its element type and its lengths, known or named', () => {
  // ValueInfoProto: name = 1, type = 2 { tensor_type = 1 { elem_type = 1 (int64 = 7), shape = 2 { dim = 1 … } } };
  // a dim has dim_value = 1 or dim_param = 2
  const dims = `0a02${'0803'}0a03${`1201${text('n')}`}`;
  const type = `${'0807'}${'1209'}${dims}`;
  expect(hex({ inputs: [{ name: 'ids', type: 'int64', shape: [3, 'n'] }] })).toContain(
    `0a03${text('ids')}${'120f'}${'0a0d'}${type}`,
  );
});
