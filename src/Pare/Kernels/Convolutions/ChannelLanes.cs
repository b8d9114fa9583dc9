using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Pare.Kernels.Convolutions;

/// <summary>A vector over neighbouring channels, of one level. Each lane computes alone, so that all levels give the same bits.</summary>
internal unsafe interface IChannelLanes<T> where T : unmanaged, IChannelLanes<T>
{
    /// <summary>Lanes; a divisor of <see cref="ChannelBlock.Channels"/>.</summary>
    static abstract int Count { get; }

    /// <summary>Reads a vector.</summary>
    static abstract T Load(float* from);

    /// <summary>Writes a vector.</summary>
    static abstract void Store(T value, float* to);

    /// <summary>a b + c.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>a + b.</summary>
    static abstract T Add(T a, T b);
}

/// <summary>16 lanes of AVX-512.</summary>
internal readonly unsafe struct ChannelLanes512(Vector512<float> value) : IChannelLanes<ChannelLanes512>
{
    private readonly Vector512<float> _value = value;

    /// <inheritdoc/>
    public static int Count => 16;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelLanes512 Load(float* from) => new(Vector512.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ChannelLanes512 value, float* to) => value._value.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelLanes512 MultiplyAdd(ChannelLanes512 a, ChannelLanes512 b, ChannelLanes512 c) => new(Vector512.MultiplyAddEstimate(a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelLanes512 Add(ChannelLanes512 a, ChannelLanes512 b) => new(a._value + b._value);
}

/// <summary>8 lanes of AVX2.</summary>
internal readonly unsafe struct ChannelLanes256(Vector256<float> value) : IChannelLanes<ChannelLanes256>
{
    private readonly Vector256<float> _value = value;

    /// <inheritdoc/>
    public static int Count => 8;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelLanes256 Load(float* from) => new(Vector256.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ChannelLanes256 value, float* to) => value._value.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelLanes256 MultiplyAdd(ChannelLanes256 a, ChannelLanes256 b, ChannelLanes256 c) => new(Vector256.MultiplyAddEstimate(a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelLanes256 Add(ChannelLanes256 a, ChannelLanes256 b) => new(a._value + b._value);
}

/// <summary>4 lanes of a portable vector.</summary>
internal readonly unsafe struct ChannelLanes128(Vector128<float> value) : IChannelLanes<ChannelLanes128>
{
    private readonly Vector128<float> _value = value;

    /// <inheritdoc/>
    public static int Count => 4;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelLanes128 Load(float* from) => new(Vector128.Load(from));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ChannelLanes128 value, float* to) => value._value.Store(to);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelLanes128 MultiplyAdd(ChannelLanes128 a, ChannelLanes128 b, ChannelLanes128 c) => new(Vector128.MultiplyAddEstimate(a._value, b._value, c._value));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ChannelLanes128 Add(ChannelLanes128 a, ChannelLanes128 b) => new(a._value + b._value);
}

/// <summary>One channel at a time: the level that defines the results.</summary>
internal readonly unsafe struct ChannelLanesScalar(float value) : IChannelLanes<ChannelLanesScalar>
{
    private readonly float _value = value;

    /// <inheritdoc/>
    public static int Count => 1;

    /// <inheritdoc/>
    public static ChannelLanesScalar Load(float* from) => new(*from);

    /// <inheritdoc/>
    public static void Store(ChannelLanesScalar value, float* to) => *to = value._value;

    /// <inheritdoc/>
    public static ChannelLanesScalar MultiplyAdd(ChannelLanesScalar a, ChannelLanesScalar b, ChannelLanesScalar c) =>
        new(float.MultiplyAddEstimate(a._value, b._value, c._value));

    /// <inheritdoc/>
    public static ChannelLanesScalar Add(ChannelLanesScalar a, ChannelLanesScalar b) => new(a._value + b._value);
}
