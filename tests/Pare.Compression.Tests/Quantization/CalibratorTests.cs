using FsCheck;
using FsCheck.Fluent;
using Pare.Compression.Quantization;

namespace Pare.Compression.Tests.Quantization;

/// <summary>Each calibrator against its definition over all numbers at once.</summary>
public class CalibratorTests
{
    private static readonly ActivationFormat Bytes = new(8), Signed = new(8, Symmetric: true), Nibbles = new(4);

    /// <summary>Numbers in bulk with a few outliers; rectified or not.</summary>
    private static float[] Numbers(ulong seed, bool rectified, int count = 20_000)
    {
        var rng = new Rng(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            double x = rng.NextNormal() * (i % 500 == 0 ? 6 : 1) + 0.3;
            values[i] = (float)(rectified ? Math.Max(0, x) : x);
        }
        return values;
    }

    private static ActivationRange Range(ICalibrator calibrator, float[] values, int samples = 100, int batch = 7)
    {
        int length = values.Length / samples;
        for (int done = 0; done < samples; done += batch)
        {
            int some = Math.Min(batch, samples - done);
            calibrator.Add(values.AsSpan(done * length, some * length), some);
        }
        return calibrator.Range();
    }

    private static double SquaredError(float[] values, ActivationRange range, ActivationFormat format)
    {
        ActivationQuantizer q = ActivationQuantizer.Of(range, format);
        return values.Sum(v => Math.Pow(v - q.Apply(v), 2));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void MinMax_AnyNumbers_IsTheirRangeAndZero(bool rectified)
    {
        float[] values = Numbers(1, rectified);
        Range(new MinMaxCalibrator(), values).ShouldBe(new ActivationRange(Math.Min(0, values.Min()), values.Max()));
        Range(new MinMaxCalibrator(), [.. values.Select(v => v + 100)]).Low.ShouldBe(0);
    }

    [Fact]
    public void Average_AnyBatches_IsTheRecurrenceOverSamples()
    {
        float[] values = Numbers(2, false);
        (double low, double high) = (0, 0);
        for (int s = 0; s < 200; s++)
        {
            float[] sample = values[(s * 100)..((s + 1) * 100)];
            double weight = Math.Max(1.0 / (s + 1), 0.01);
            low = low * (1 - weight) + sample.Min() * weight;
            high = high * (1 - weight) + sample.Max() * weight;
        }
        foreach (int batch in new[] { 1, 7, 200 })
        {
            ActivationRange range = Range(new AverageCalibrator(), values, 200, batch);
            ((double)range.Low).ShouldBe(low, 1e-5);
            ((double)range.High).ShouldBe(high, 1e-5);
        }
    }

    [Theory, InlineData(99.9, false), InlineData(99.9, true), InlineData(99, false), InlineData(100, true)]
    public void Percentile_Sorted_CutsTheShare(double percentile, bool rectified)
    {
        float[] values = Numbers(3, rectified), sorted = [.. values.Order()];
        int cut = (int)Math.Round(values.Length * (1 - percentile / 100));
        ActivationRange range = Range(new PercentileCalibrator(Bytes, percentile), values);
        double width = 2.0 * (sorted[^1] - Math.Min(0, sorted[0])) / 4096;
        ((double)range.High).ShouldBe(sorted[^(cut + 1)], width + (sorted[^Math.Max(1, cut)] - sorted[^(cut + 1)]));
        ((double)range.Low).ShouldBe(Math.Min(0, sorted[cut]), width + (sorted[cut] - sorted[Math.Max(0, cut - 1)]));
        ActivationRange symmetric = Range(new PercentileCalibrator(Signed, percentile), values);
        if (!rectified) symmetric.Low.ShouldBe(-symmetric.High);
    }

    public static TheoryData<bool, int, bool> Formats => new() { { false, 8, false }, { true, 8, false }, { false, 4, false }, { true, 4, false }, { false, 8, true }, { false, 2, true } };

    [Theory, MemberData(nameof(Formats))]
    public void SquaredError_AgainstAFineGrid_IsAsGood(bool rectified, int bits, bool symmetric)
    {
        float[] values = Numbers(4, rectified);
        var format = new ActivationFormat(bits, symmetric);
        ActivationRange range = Range(new SquaredErrorCalibrator(format), values);
        double best = double.PositiveInfinity;
        (float low, float high) = (Math.Min(0, values.Min()), values.Max());
        for (int i = 1; i <= 60; i++)
            for (int j = rectified || symmetric ? 60 : 1; j <= 60; j++)
                best = Math.Min(best, SquaredError(values, new ActivationRange(low * (symmetric ? i : j) / 60, high * i / 60), format));
        SquaredError(values, range, format).ShouldBeLessThanOrEqualTo(best * 1.03);
    }

    [Fact]
    public void Entropy_Outliers_AreCutOff()
    {
        float[] values = Numbers(5, true);
        values[17] = 500;
        ActivationRange range = Range(new EntropyCalibrator(Bytes), values);
        range.High.ShouldBeLessThan(100);
        range.Low.ShouldBe(0);
        ActivationRange two = Range(new EntropyCalibrator(Bytes), Numbers(6, false));
        two.Low.ShouldBeInRange(-40, -1);
    }

    /// <summary>Divergence by its definition, for every bound of the grid.</summary>
    [Fact]
    public void Entropy_BruteForce_HasTheLeastDivergence()
    {
        float[] values = Numbers(7, true, 3000);
        double greatest = values.Max(), least = double.PositiveInfinity, best = 0;
        for (int bins = 128; bins <= 2048; bins += 8)
        {
            var p = new double[bins];
            var q = new double[bins];
            var level = new double[15];
            foreach (float v in values.Where(v => v > 0))
            {
                int bin = Math.Min(2047, (int)(v / greatest * 2048));
                p[Math.Min(bins - 1, bin)]++;
                if (bin < bins) q[bin]++;
            }
            for (int l = 0; l < 15; l++)
            {
                (int start, int end) = (l * bins / 15, (l + 1) * bins / 15);
                int filled = Enumerable.Range(start, end - start).Count(i => p[i] > 0);
                double mean = filled == 0 ? 0 : q[start..end].Sum() / filled;
                for (int i = start; i < end; i++) q[i] = mean;
            }
            double sum = p.Sum(), inside = values.Count(v => v > 0 && (int)(v / greatest * 2048) < bins), divergence = 0;
            for (int i = 0; i < bins; i++)
                if (p[i] > 0) divergence += p[i] / sum * Math.Log(p[i] / sum / Math.Max(q[i] / inside, 1e-12));
            if (divergence < least) (least, best) = (divergence, greatest * bins / 2048);
        }
        // The histogram counts bins of its own, finer ones: a number near an edge may fall to the neighbour.
        ((double)Range(new EntropyCalibrator(Nibbles), values).High).ShouldBe(best, 0.06 * best);
    }

    [Theory, InlineData(CalibrationMethod.Percentile), InlineData(CalibrationMethod.Entropy), InlineData(CalibrationMethod.Mse), InlineData(CalibrationMethod.Minmax)]
    public void Range_OrderAndBatches_DoNotMatter(CalibrationMethod method)
    {
        float[] values = Numbers(8, false), turned = [.. values.Reverse()];
        Range(Calibrators.Create(method, Bytes), turned, 10, 3).ShouldBe(Range(Calibrators.Create(method, Bytes), values));
    }

    [Theory, InlineData(0f), InlineData(3.7f), InlineData(-2.2f)]
    public void Range_OneNumber_HoldsItAndZero(float value)
    {
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
        {
            ActivationRange range = Range(Calibrators.Create(method, Bytes), [.. Enumerable.Repeat(value, 1000)]);
            range.Low.ShouldBeInRange(Math.Min(value, 0) * 1.01f - 1e-6f, 0, method.ToString());
            range.High.ShouldBeInRange(0, Math.Max(value, 0) * 1.01f + 1e-6f, method.ToString());
        }
    }

    [Theory, InlineData(float.NaN), InlineData(float.PositiveInfinity)]
    public void Add_NotFinite_Throws(float value)
    {
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
            Should.Throw<DataException>(() => Calibrators.Create(method, Bytes).Add([1, value, 2], 1));
    }

    /// <summary>Every number is counted once, whatever comes in whatever order, in a bin that holds it.</summary>
    [Fact]
    public void Histogram_AnyNumbers_CountsEachOnce() => Prop.ForAll(
        ArbMap.Default.ArbFor<NormalFloat[]>(), numbers =>
        {
            float[] values = [.. numbers.Select(n => (float)n.Item).Where(float.IsFinite)];
            var histogram = new StreamingHistogram();
            foreach (float[] chunk in values.Chunk(3)) histogram.Add(chunk);
            (double[] centres, long[] counts) = histogram.Filled();
            (histogram.Zeros + counts.Sum()).ShouldBe(values.Length);
            for (int i = 0; i < centres.Length; i++)
                counts[i].ShouldBe(values.Count(v => v != 0 && Math.Floor(v / histogram.Width) == Math.Floor(centres[i] / histogram.Width)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Quantizer_AnyRange_HoldsItWithinAStep()
    {
        var rng = new Rng(9);
        for (int round = 0; round < 200; round++)
        {
            float scale = MathF.Pow(10, rng.NextSingle() * 60 - 30);
            var range = new ActivationRange((rng.NextSingle() - 0.5f) * scale, (rng.NextSingle() + 0.5f) * scale);
            foreach (ActivationFormat format in new[] { Bytes, Signed, Nibbles, new ActivationFormat(16), new ActivationFormat(2, true) })
            {
                ActivationQuantizer q = ActivationQuantizer.Of(range, format);
                (q.Scale > 0 && float.IsFinite(q.Scale)).ShouldBeTrue();
                q.Apply(0).ShouldBe(0);
                MathF.Abs(q.Apply(range.High) - range.High).ShouldBeLessThanOrEqualTo(q.Scale * 1.01f, $"{range} {format}");
            }
        }
    }

    [Theory, InlineData(0f), InlineData(1e-30f), InlineData(3.7f), InlineData(-0.1f), InlineData(1e20f)]
    public void Quantizer_OfAConstant_IsExact(float value)
    {
        foreach (ActivationFormat format in new[] { Bytes, Signed, Nibbles })
        {
            ActivationQuantizer q = ActivationQuantizer.OfConstant(value, format);
            (q.Scale > 0 && float.IsFinite(q.Scale)).ShouldBeTrue();
            if (MathF.Abs(value) > 1e-18f || value == 0) q.Apply(value).ShouldBe(value);
        }
    }
}
