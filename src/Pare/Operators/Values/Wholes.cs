using System.Runtime.InteropServices;

namespace Pare.Operators;

/// <summary>The elements of an integer or boolean tensor, read as 64-bit integers and written with wrap-around, as ONNX integers are.</summary>
internal readonly ref struct Wholes
{
    private readonly Span<byte> _bytes;
    private readonly DType _type;

    public Wholes(Tensor tensor)
    {
        _type = tensor.DType;
        _bytes = tensor.Bytes;
        Length = tensor.Length;
        if (Reals.Holds(_type)) throw new UnsupportedException($"A tensor of {_type} is computed with as integers.");
    }

    public int Length { get; }

    public long this[int index]
    {
        get => _type switch
        {
            DType.Bool or DType.U8 => _bytes[index],
            DType.I8 => (sbyte)_bytes[index],
            DType.I16 => Of<short>(index),
            DType.U16 => Of<ushort>(index),
            DType.I32 => Of<int>(index),
            DType.U32 => Of<uint>(index),
            _ => Of<long>(index), // U64 keeps its bits
        };
        set
        {
            switch (_type)
            {
                case DType.Bool: _bytes[index] = value != 0 ? (byte)1 : (byte)0; break;
                case DType.I8 or DType.U8: _bytes[index] = unchecked((byte)value); break;
                case DType.I16 or DType.U16: Of<short>(index) = unchecked((short)value); break;
                case DType.I32 or DType.U32: Of<int>(index) = unchecked((int)value); break;
                default: Of<long>(index) = value; break;
            }
        }
    }

    private ref T Of<T>(int index) where T : unmanaged => ref MemoryMarshal.Cast<byte, T>(_bytes)[index];
}
