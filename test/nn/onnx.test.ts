import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageWriter, readFields, wireType } from "../../src/nn/onnx/wire.ts";
import * as nn from "../../src/nn/index.ts";

describe("the wire format", () => {
  test("writes the examples of the format's documentation", () => {
    expect([...new MessageWriter().int(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
    expect([...new MessageWriter().text(2, "testing").finish()]).toEqual([
      0x12,
      7,
      ...new TextEncoder().encode("testing"),
    ]);
    expect([...new MessageWriter().int(1, -2).finish()]).toEqual([0x08, 0xfe, ...Array(8).fill(0xff), 1]);
    expect([...new MessageWriter().float(2, 1).finish()]).toEqual([0x15, 0, 0, 0x80, 0x3f]);
  });

  test("reads what it wrote", () => {
    const field = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(field, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }))),
        fc.uint8Array(),
        (numbers, bytes) => {
          const writer = new MessageWriter();
          for (const [number, value] of numbers) writer.int(number, value);
          const fields = readFields(writer.bytes(7, bytes).finish());
          expect(fields.slice(0, -1).map((one) => [one.field, one.number])).toEqual(numbers);
          expect(fields.at(-1)).toMatchObject({ field: 7, wire: wireType.bytes });
          expect([...fields.at(-1)!.bytes]).toEqual([...bytes]);
        },
      ),
    );
  });

  test("any bytes are read or refused with a reason, never misread beyond their end", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          nn.inspectModel(bytes);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: "nn.bad-model" });
        }
      }),
    );
  });
});

const exported = (build: (x: nn.Tensor) => nn.Tensor) =>
  nn.exportModel({ inputs: { x: { shape: [2, 3] } }, outputs: ({ x }) => ({ y: build(x) }) });

describe("inspectModel", () => {
  test("finds signature and operators, without those that the outputs do not need", () => {
    const onnx = exported((x) => {
      nn.tanh(x);
      return nn.softmax(nn.add(x, nn.parameter([3], nn.ones)));
    });
    expect(nn.inspectModel(onnx)).toEqual({
      inputs: [{ name: "x", type: "float", shape: [2, 3] }],
      outputs: [{ name: "y", type: "float", shape: [2, 3] }],
      operators: new Set(["Add", "Softmax"]),
      features: new Set(),
    });
  });

  test("refuses a message that holds two graphs, which readers may merge differently", () => {
    const [one, other] = [exported(nn.relu), exported(nn.tanh)];
    const both = new Uint8Array([...one, ...other]);
    expect(() => nn.inspectModel(both)).toThrow(/expected an ONNX model, found field \d+ of a model twice/);
  });

  test("refuses a field of which it does not know the meaning", () => {
    const odd = new Uint8Array([...exported(nn.relu), ...new MessageWriter().int(99, 1).finish()]);
    expect(() => nn.inspectModel(odd)).toThrow("found field 99 of a model which ONNX does not have there");
  });

  test("reports external data, subgraphs and functions", () => {
    const tensor = new MessageWriter()
      .int(2, 1)
      .text(8, "w")
      .message(13, new MessageWriter().text(1, "location").text(2, "/etc/passwd"))
      .int(14, 1);
    const inner = new MessageWriter().message(1, new MessageWriter().text(4, "RandomNormal"));
    const branch = new MessageWriter().text(1, "then_branch").message(6, inner).int(20, 5);
    const node = new MessageWriter().text(4, "If").message(5, branch);
    const graph = new MessageWriter().message(1, node).message(5, tensor);
    const model = new MessageWriter()
      .int(1, 9)
      .message(7, graph)
      .message(25, new MessageWriter().text(1, "f"))
      .finish();
    const { operators, features } = nn.inspectModel(model);
    expect([...features].sort()).toEqual(["external data", "functions", "subgraphs"]);
    expect([...operators].sort()).toEqual(["If", "RandomNormal"]);
  });
});
