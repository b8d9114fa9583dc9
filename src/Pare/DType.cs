namespace Pare;

/// <summary>The type of a tensor's elements.</summary>
public enum DType : byte
{
    /// <summary>IEEE 754 binary32.</summary>
    F32 = 1,
    /// <summary>IEEE 754 binary64.</summary>
    F64 = 2,
    /// <summary>Signed 8-bit integer.</summary>
    I8 = 3,
    /// <summary>Signed 16-bit integer.</summary>
    I16 = 4,
    /// <summary>Signed 32-bit integer.</summary>
    I32 = 5,
    /// <summary>Signed 64-bit integer.</summary>
    I64 = 6,
    /// <summary>Unsigned 8-bit integer.</summary>
    U8 = 7,
    /// <summary>Unsigned 16-bit integer.</summary>
    U16 = 8,
    /// <summary>Unsigned 32-bit integer.</summary>
    U32 = 9,
    /// <summary>Unsigned 64-bit integer.</summary>
    U64 = 10,
    /// <summary>One byte, 0 or 1.</summary>
    Bool = 11,
}

/// <summary>Facts about each <see cref="DType"/>.</summary>
public static class DTypes
{
    /// <summary>Bytes of one element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a member of <see cref="DType"/>.</exception>
    public static int Size(this DType type) => type switch
    {
        DType.I8 or DType.U8 or DType.Bool => 1,
        DType.I16 or DType.U16 => 2,
        DType.F32 or DType.I32 or DType.U32 => 4,
        DType.F64 or DType.I64 or DType.U64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not an element type."),
    };

    /// <summary>The element type that stores <typeparamref name="T"/>; <see cref="bool"/> and <see cref="byte"/> are told apart.</summary>
    /// <exception cref="ArgumentException">No element type stores <typeparamref name="T"/>.</exception>
    public static DType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return DType.F32;
        if (typeof(T) == typeof(double)) return DType.F64;
        if (typeof(T) == typeof(sbyte)) return DType.I8;
        if (typeof(T) == typeof(short)) return DType.I16;
        if (typeof(T) == typeof(int)) return DType.I32;
        if (typeof(T) == typeof(long)) return DType.I64;
        if (typeof(T) == typeof(byte)) return DType.U8;
        if (typeof(T) == typeof(ushort)) return DType.U16;
        if (typeof(T) == typeof(uint)) return DType.U32;
        if (typeof(T) == typeof(ulong)) return DType.U64;
        if (typeof(T) == typeof(bool)) return DType.Bool;
        throw new ArgumentException($"No element type stores {typeof(T).Name}.", nameof(T));
    }
}
