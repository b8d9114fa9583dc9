namespace Pare.Formats.Onnx;

/// <summary>ONNX's numbers for the types of a tensor's elements.</summary>
internal static class ElementType
{
    public const int Float16 = 10;
    public const int BFloat16 = 16;
    public const int UInt4 = 21;
    public const int Int4 = 22;
    public const int UInt2 = 25;
    public const int Int2 = 26;

    private static readonly string[] Names =
    [
        "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double", "uint32", "uint64",
        "complex64", "complex128", "bfloat16", "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4", "int4", "float4e2m1",
        "float8e8m0", "uint2", "int2",
    ];

    /// <summary>The element type, or null where Pare has none.</summary>
    public static DType? Find(int code) => code switch
    {
        1 => DType.F32,
        2 => DType.U8,
        3 => DType.I8,
        4 => DType.U16,
        5 => DType.I16,
        6 => DType.I32,
        7 => DType.I64,
        9 => DType.Bool,
        11 => DType.F64,
        12 => DType.U32,
        13 => DType.U64,
        _ => null,
    };

    /// <summary>True for the types of the format that Pare lacks, and passes on.</summary>
    public static bool IsForeign(int code) => code > 0 && code < Names.Length && Find(code) is null;

    /// <summary>Bits of an element of a type that Pare lacks; null where it has no fixed number or is not known.</summary>
    public static int? ForeignBits(int code) => code switch
    {
        Float16 or BFloat16 => 16,
        14 => 64, // complex64
        15 => 128, // complex128
        >= 17 and <= 20 or 24 => 8, // 8-bit floats
        21 or 22 or 23 => 4, // uint4, int4, float4e2m1
        25 or 26 => 2, // uint2, int2
        _ => null,
    };

    /// <summary>The number of an element type.</summary>
    public static int Code(DType type) => type switch
    {
        DType.F32 => 1,
        DType.U8 => 2,
        DType.I8 => 3,
        DType.U16 => 4,
        DType.I16 => 5,
        DType.I32 => 6,
        DType.I64 => 7,
        DType.Bool => 9,
        DType.F64 => 11,
        DType.U32 => 12,
        DType.U64 => 13,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type."),
    };

    /// <summary>The number of a type of integers of 2, 4, 8 or 16 bits.</summary>
    public static int Code(int bits, bool isSigned) => bits switch
    {
        2 => isSigned ? Int2 : UInt2,
        4 => isSigned ? Int4 : UInt4,
        8 => Code(isSigned ? DType.I8 : DType.U8),
        16 => Code(isSigned ? DType.I16 : DType.U16),
        _ => throw new ArgumentOutOfRangeException(nameof(bits), bits, "Not an element type."),
    };

    /// <summary>The format's word for the number.</summary>
    public static string Name(int code) => (uint)code < Names.Length ? Names[code] : $"element type {code}";
}
