namespace Pare.Tests.Kernels.Normalization;

public sealed class BatchNormTests
{
    [Theory]
    [InlineData(4, 3, 35)]
    [InlineData(7, 5, 1)]
    [InlineData(2, 16, 64)]
    public void BatchNorm_AnyShape_NormalizesAndMatchesDifferences(int batch, int channels, int inner)
    {
        using NormCase c = new(batch, channels, inner);
        double[] mean = new double[channels], variance = new double[channels];
        float[] expected = c.Reference(c.X.ToArray(), mean, variance);
        c.Forward();
        c.Y.ToArray().ShouldBeCloseTo(expected, 1e-5f, "y");
        c.Mean.ToArray().ShouldBeCloseTo([.. mean.Select(v => (float)v)], 1e-6f, "mean");
        c.Variance.ToArray().ShouldBeCloseTo([.. variance.Select(v => (float)v)], 1e-6f, "variance");
        c.Backward();
        for (int i = 0; i < c.X.Length; i += 1 + c.X.Length / 17)
            c.Dx.Span[i].ShouldBe((float)c.Difference(i), 1e-3, $"dx {i}");
        for (int k = 0; k < channels; k++)
        {
            c.DShift.Span[k].ShouldBe((float)c.ChannelSum(k, (dy, h) => dy), 1e-4);
            c.DScale.Span[k].ShouldBe((float)c.ChannelSum(k, (dy, h) => dy * h), 1e-4);
        }
    }

    [Fact]
    public void BatchNorm_AnyThreadCount_GivesTheSameBits()
    {
        float[][] results = [.. new[] { 1, 2, 3, 5 }.Select(threads =>
        {
            using NormCase c = new(6, 9, 50, threads);
            c.Forward();
            c.Backward();
            return (float[])[.. c.Y.ToArray(), .. c.Dx.ToArray(), .. c.DScale.ToArray()];
        })];
        results.ShouldAllBe(r => r.SequenceEqual(results[0]));
    }
}
