using System.Runtime.InteropServices;

namespace Pare.Tests.Kernels;

/// <summary>Floats between canaries: disposing fails the test when a kernel wrote outside.</summary>
internal sealed unsafe class GuardedBuffer : IDisposable
{
    private const int Guard = 64;
    private const float Canary = -1234.5f;
    private readonly float* _start;

    public GuardedBuffer(int length, Rng? rng = null)
    {
        Length = length;
        _start = (float*)NativeMemory.AlignedAlloc((nuint)(length + 2 * Guard) * sizeof(float), 64);
        new Span<float>(_start, length + 2 * Guard).Fill(Canary);
        for (int i = 0; i < length; i++)
            Floats[i] = rng is null ? float.NaN : rng.NextSingle() - 0.5f;
    }

    public int Length { get; }

    public float* Floats => _start + Guard;

    public Span<float> Span => new(Floats, Length);

    public GuardedBuffer Fill(float value)
    {
        Span.Fill(value);
        return this;
    }

    public float[] ToArray() => Span.ToArray();

    public void Dispose()
    {
        bool intact = !new Span<float>(_start, Guard).ContainsAnyExcept(Canary)
            && !new Span<float>(Floats + Length, Guard).ContainsAnyExcept(Canary);
        NativeMemory.AlignedFree(_start);
        intact.ShouldBeTrue("a kernel wrote outside of its buffer");
    }
}
