/** @file Writes a graph as an ONNX model whose weights are external data: byte ranges of files that already exist. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "onnx-buf";
import type { Constant, Graph, GraphNode, Value, WeightUse } from "./graph.ts";
import type { GraphType, Operator } from "./operators.ts";

/** The place of the bytes of a weight, for ONNX external data. */
export interface StoredWeight {
  readonly type: "F32" | "F16" | "BF16";
  /** Path of the file, relative to the folder that the session is given. */
  readonly location: string;
  readonly offset: number;
  readonly byteLength: number;
}

const onnxOpset = 21;
const irVersion = 10;

const elementTypes: { [T in GraphType]: TensorProto_DataType } = {
  f32: TensorProto_DataType.FLOAT,
  i64: TensorProto_DataType.INT64,
  i32: TensorProto_DataType.INT32,
  bool: TensorProto_DataType.BOOL,
};

const storedTypes: { [T in StoredWeight["type"]]: TensorProto_DataType } = {
  F32: TensorProto_DataType.FLOAT,
  F16: TensorProto_DataType.FLOAT16,
  BF16: TensorProto_DataType.BFLOAT16,
};

/** How each operator is written: its domain, and which attributes ONNX wants as constant inputs (at these input places). */
interface Spelling {
  readonly domain: "" | "com.microsoft";
  readonly attributesAsInputs?: Readonly<Record<string, number>>;
}

const onnx: Spelling = { domain: "" };
const contrib: Spelling = { domain: "com.microsoft" };

const spellings: { [Op in Operator]: Spelling } = {
  Add: onnx,
  Sub: onnx,
  Mul: onnx,
  Div: onnx,
  Neg: onnx,
  Sqrt: onnx,
  Exp: onnx,
  Log: onnx,
  Sigmoid: onnx,
  Gelu: onnx,
  QuickGelu: contrib,
  Relu: onnx,
  Tanh: onnx,
  Erf: onnx,
  Sign: onnx,
  MatMul: onnx,
  Gemm: onnx,
  Softmax: onnx,
  LayerNormalization: onnx,
  SimplifiedLayerNormalization: onnx,
  Transpose: onnx,
  Reshape: { domain: "", attributesAsInputs: { shape: 1 } },
  Slice: { domain: "", attributesAsInputs: { starts: 1, ends: 2, axes: 3 } },
  Concat: onnx,
  Pad: { domain: "", attributesAsInputs: { pads: 1 } },
  Gather: onnx,
  Shape: onnx,
  ConstantOfShape: onnx,
  Expand: onnx,
  ScatterND: onnx,
  ReduceMean: { domain: "", attributesAsInputs: { axes: 1 } },
  ReduceSum: { domain: "", attributesAsInputs: { axes: 1 } },
  ReduceLogSumExp: { domain: "", attributesAsInputs: { axes: 1 } },
  TopK: { domain: "", attributesAsInputs: { k: 1 } },
  GroupQueryAttention: contrib,
};

/** Attributes that ONNX types as float even if their value is a whole number. */
const floatAttributes = new Set(["epsilon", "alpha", "scale", "softcap"]);

function attributeProto(name: string, value: unknown): AttributeProto {
  if (typeof value === "string") {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.STRING,
      s: new TextEncoder().encode(value),
    });
  }
  if (Array.isArray(value)) {
    return create(AttributeProtoSchema, {
      name,
      type: AttributeProto_AttributeType.INTS,
      ints: (value as number[]).map(BigInt),
    });
  }
  if (floatAttributes.has(name)) {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: value as number });
  }
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(value as number) });
}

function bytesOf(data: Constant["data"]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice();
}

function constantProto({ value, data }: Constant): TensorProto {
  return create(TensorProtoSchema, {
    name: value.name,
    dataType: elementTypes[value.type],
    dims: value.dims.map((dim) => BigInt(dim)),
    rawData: bytesOf(data),
  });
}

function int64Proto(name: string, numbers: readonly number[]): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.INT64,
    dims: [BigInt(numbers.length)],
    rawData: bytesOf(BigInt64Array.from(numbers.map(BigInt))),
  });
}

function externalProto(name: string, use: WeightUse, stored: StoredWeight): TensorProto {
  const entry = (key: string, value: string | number) =>
    create(StringStringEntryProtoSchema, { key, value: String(value) });
  return create(TensorProtoSchema, {
    name,
    dataType: storedTypes[stored.type],
    dims: use.value.dims.map((dim) => BigInt(dim)),
    dataLocation: TensorProto_DataLocation.EXTERNAL,
    externalData: [
      entry("location", stored.location),
      entry("offset", stored.offset),
      entry("length", stored.byteLength),
    ],
  });
}

function castNode(input: string, output: string): NodeProto {
  return create(NodeProtoSchema, {
    opType: "Cast",
    name: `cast:${output}`,
    input: [input],
    output: [output],
    attribute: [attributeProto("to", TensorProto_DataType.FLOAT)],
  });
}

function valueInfo(value: Value): ValueInfoProto {
  const dim = value.dims.map((size) =>
    create(TensorShapeProto_DimensionSchema, {
      value: typeof size === "number" ? { case: "dimValue", value: BigInt(size) } : { case: "dimParam", value: size },
    }),
  );
  const tensor = create(TypeProto_TensorSchema, {
    elemType: elementTypes[value.type],
    shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, {
    name: value.name,
    type: create(TypeProtoSchema, { value: { case: "tensorType", value: tensor } }),
  });
}

/** Splits a node's attributes into ONNX attributes and the constants that ONNX wants as inputs. */
function nodeProto(node: GraphNode, position: number, initializers: TensorProto[]): NodeProto {
  const { domain, attributesAsInputs = {} } = spellings[node.op];
  const input = node.inputs.map((value) => value?.name ?? "");
  const attribute: AttributeProto[] = [];
  for (const [name, value] of Object.entries(node.attributes as Readonly<Record<string, unknown>>)) {
    const place = attributesAsInputs[name];
    if (place === undefined) {
      attribute.push(attributeProto(name, value));
      continue;
    }
    const constant = `n${position}.${name}`;
    initializers.push(int64Proto(constant, Array.isArray(value) ? (value as number[]) : [value as number]));
    input[place] = constant;
  }
  const output = node.outputs.map((value) => value.name);
  return create(NodeProtoSchema, { opType: node.op, domain, name: `n${position}`, input, output, attribute });
}

/**
 * The graph as the bytes of an ONNX model.
 *
 * Weights stored as f16 or bf16 are widened at their use. A table that is only gathered from is gathered first and widened
 * after, so that a lookup of a few rows does not widen the whole table.
 *
 * @param locate gives the place of each weight; it throws an Error if the checkpoint lacks the tensor.
 */
export function serializeGraph(graph: Graph, locate: (use: WeightUse) => StoredWeight): Uint8Array {
  const initializers: TensorProto[] = graph.constants.map(constantProto);
  const nodes: NodeProto[] = [];
  const narrow = new Set<string>();
  const gatheredOnly = (name: string) =>
    graph.nodes.every((node) => node.op === "Gather" || node.inputs.every((input) => input?.name !== name));

  for (const use of graph.weights) {
    const stored = locate(use);
    const { name } = use.value;
    if (stored.type === "F32") {
      initializers.push(externalProto(name, use, stored));
    } else if (gatheredOnly(name)) {
      narrow.add(name);
      initializers.push(externalProto(name, use, stored));
    } else {
      initializers.push(externalProto(`${name}.stored`, use, stored));
      nodes.push(castNode(`${name}.stored`, name));
    }
  }
  graph.nodes.forEach((node, position) => {
    const proto = nodeProto(node, position, initializers);
    if (node.op === "Gather" && narrow.has(node.inputs[0]?.name ?? "")) {
      const wide = proto.output[0] ?? "";
      proto.output = [`${wide}.stored`];
      nodes.push(proto, castNode(`${wide}.stored`, wide));
    } else {
      nodes.push(proto);
    }
  });

  const model = create(ModelProtoSchema, {
    irVersion: BigInt(irVersion),
    producerName: "lvlm-interpret",
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: "", version: BigInt(onnxOpset) }),
      create(OperatorSetIdProtoSchema, { domain: "com.microsoft", version: 1n }),
    ],
    graph: create(GraphProtoSchema, {
      name: "lvlm-interpret",
      node: nodes,
      initializer: initializers,
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    }),
  });
  return toBinary(ModelProtoSchema, model);
}
