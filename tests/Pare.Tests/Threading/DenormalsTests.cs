using System.Runtime.CompilerServices;
using Pare.Threading;

namespace Pare.Tests.Threading;

public sealed class DenormalsTests
{
    [Fact]
    public void Flush_OnThisThread_CountsThemAsZeroUntilTakenBack()
    {
        if (!Denormals.CanFlush)
        {
            Denormals.Flush(flush: true).ShouldBeFalse();
            Denormals.AreFlushed.ShouldBeFalse();
            return;
        }
        Bits(Twice(1e-40f)).ShouldBeGreaterThan(0u);
        Denormals.Flush(flush: true).ShouldBeFalse();
        uint operand = Bits(Twice(1e-40f)), result = Bits(Product(1e-30f, 1e-10f));
        bool nested = Denormals.Flush(flush: true);
        Denormals.Flush(flush: false);
        (operand, result, nested).ShouldBe((0u, 0u, true));
        Bits(Twice(1e-40f)).ShouldBeGreaterThan(0u);
        Bits(Product(1e-30f, 1e-10f)).ShouldBeGreaterThan(0u);
    }

    [Fact]
    public void CanFlush_OnLinuxOfX64_IsTrue() => Denormals.CanFlush.ShouldBe(
        OperatingSystem.IsLinux() && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64);

    [Fact]
    public void Flush_ByTheCallerOfAPool_HoldsInEverySlice()
    {
        using WorkerPool pool = new(3);
        var bits = new uint[200];
        for (int run = 0; run < 40; run++)
        {
            bool flush = run % 2 == 1 && Denormals.CanFlush;
            Denormals.Flush(flush);
            pool.Run(bits.Length, new TwiceJob(bits));
            Denormals.Flush(flush: false);
            bits.ShouldAllBe(b => b == 0 == flush);
        }
    }

    [Fact]
    public void Clear_AnyLength_SetsDenormalsToZeroAndNothingElse()
    {
        float[] kinds = [1e-40f, -1e-40f, float.Epsilon, 1.17549435e-38f, -1.17549435e-38f, 0f, -0f, 1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        for (int length = 0; length < 70; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(i => kinds[i * 7 % kinds.Length])];
            float[] expected = [.. values.Select(v => float.IsSubnormal(v) ? float.CopySign(0, v) : v)];
            Denormals.Clear(values);
            values.Select(Bits).ShouldBe(expected.Select(Bits));
        }
    }

    private static uint Bits(float value) => BitConverter.SingleToUInt32Bits(value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Twice(float value) => value * 2;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Product(float a, float b) => a * b;

    private readonly struct TwiceJob(uint[] bits) : ISliceJob
    {
        public void Execute(int slice, int worker) => bits[slice] = Bits(Twice(1e-40f));
    }
}
