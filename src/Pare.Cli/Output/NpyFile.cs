using System.Text;

namespace Pare.Cli.Output;

/// <summary>Writes NumPy's format 1.0.</summary>
internal static class NpyFile
{
    private const int Alignment = 64;

    /// <summary>Writes one tensor, whole or not at all.</summary>
    public static void Write(string path, Tensor tensor) => WholeFile.Write(path, stream =>
    {
        string shape = string.Join(", ", tensor.Dims) + (tensor.Dims.Length == 1 ? "," : "");
        string header = $"{{'descr': '{Descr(tensor.DType)}', 'fortran_order': False, 'shape': ({shape}), }}";

        // magic (6), version (2), length of the header (2), header; all together a multiple of 64 that ends in a new line
        int length = (10 + header.Length + 1 + Alignment - 1) / Alignment * Alignment - 10;
        stream.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)length, (byte)(length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header.PadRight(length - 1) + "\n"));
        stream.Write(tensor.Bytes);
    });

    private static string Descr(DType type) => type switch
    {
        DType.F32 => "<f4",
        DType.F64 => "<f8",
        DType.Bool => "|b1",
        DType.U8 => "|u1",
        DType.I8 => "|i1",
        DType.I16 => "<i2",
        DType.U16 => "<u2",
        DType.I32 => "<i4",
        DType.U32 => "<u4",
        DType.I64 => "<i8",
        DType.U64 => "<u8",
        _ => throw new UnsupportedException($".npy has no type for {type}."),
    };
}
