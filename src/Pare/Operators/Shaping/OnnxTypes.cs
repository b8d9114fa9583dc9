namespace Pare.Operators;

/// <summary>ONNX's numbers for element types (TensorProto.DataType), as the attribute of <see cref="Cast"/> holds them.</summary>
internal static class OnnxTypes
{
    private static readonly (int Number, DType Type)[] Known =
    [
        (1, DType.F32), (2, DType.U8), (3, DType.I8), (4, DType.U16), (5, DType.I16), (6, DType.I32), (7, DType.I64),
        (9, DType.Bool), (11, DType.F64), (12, DType.U32), (13, DType.U64),
    ];

    public static int Number(DType type) => Known.First(k => k.Type == type).Number;

    public static DType Of(OperatorReader r, int number)
    {
        foreach ((int known, DType type) in Known)
            if (known == number) return type;
        throw new UnsupportedException(
            $"Node '{r.NodeName}' ({r.OperatorType}): the ONNX element type {number} is not supported; supported are {string.Join(", ", Known.Select(k => $"{k.Number} ({k.Type})"))}.");
    }
}
