using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Quantization;
using Pare.Compression.Quantization.Mixed;
using Pare.Compression.Zoo;
using Pare.Passes;

namespace Pare.Compression.Tests.Quantization.Mixed;

public class SensitivityTests
{
    private static readonly Model Network = Simplify.ForInference(ArchitectureCatalog.Default.Get("resnet-8").Build(seed: 1));

    private static ActivationWalk Walk(int count, int threads = 1)
    {
        var rng = new Rng(5);
        var values = new float[count * 3 * 32 * 32];
        for (int i = 0; i < values.Length; i++) values[i] = rng.NextSingle() - 0.5f;
        return new ActivationWalk(DataSet.FromFloats("noise", [3, 32, 32], 0, values, null), new Preprocessing { Scale = 1 }) { Threads = threads };
    }

    private static (string Weight, WeightEncoding[] Forms)[] Forms(params int[] bits) => [.. LayerSelector.Select(Network, [])
        .Select(l => (l.Weight, bits.Select(b => WeightQuantizer.Round(Network.Weights[l.Weight], Network.ScopeOf(l.Weight), new WeightFormat(b))).ToArray()))];

    private static double[][] Measure(SensitivityMeasure measure, (string, WeightEncoding[])[] forms, int threads = 1, int count = 4) =>
        new Sensitivity(Network, Walk(count, threads)).Measure(measure, forms, (_, _) => { }, CancellationToken.None);

    /// <summary>The branches of one network give what whole networks with one layer quantized give.</summary>
    [Fact]
    public void Measure_Loss_IsTheDivergenceOfWholeNetworks()
    {
        (string Weight, WeightEncoding[] Forms)[] forms = Forms(2, 4);
        double[][] damages = Measure(SensitivityMeasure.Loss, forms);
        string output = Network.Outputs[0];
        foreach (int layer in new[] { 0, 3, forms.Length - 1 })
        {
            Model narrow = Network.WithWeights([KeyValuePair.Create(forms[layer].Weight, forms[layer].Forms[0])]);
            (double sum, int samples) = (0, 0);
            Walk(4).Run(Network, [output], narrow, [output], (a, b) =>
            {
                for (int s = 0; s < a.Samples; s++, samples++)
                {
                    int classes = a[output].Dims[1];
                    double[] x = [.. a[output].Floats.Slice(s * classes, classes).ToArray().Select(v => Math.Exp((double)v))], y = [.. b[output].Floats.Slice(s * classes, classes).ToArray().Select(v => Math.Exp((double)v))];
                    for (int c = 0; c < classes; c++) sum += x[c] / x.Sum() * Math.Log(x[c] / x.Sum() / (y[c] / y.Sum()));
                }
            }, CancellationToken.None);
            damages[layer][0].ShouldBe(sum / samples, 1e-3 * sum / samples);
        }
    }

    [Fact]
    public void Measure_Sqnr_IsTheNoiseOfTheLayersOwnOutput()
    {
        (string Weight, WeightEncoding[] Forms)[] forms = Forms(3);
        double[][] damages = Measure(SensitivityMeasure.Sqnr, forms);
        // The first layer reads the same in both networks.
        string value = Network.Nodes.First(n => n.Inputs.Contains(forms[0].Weight)).Outputs[0];
        (double noise, double signal) = (0, 0);
        Walk(4).Run(Network, [value], Network.WithWeights([KeyValuePair.Create(forms[0].Weight, forms[0].Forms[0])]), [value], (a, b) =>
        {
            for (int i = 0; i < a[value].Length; i++)
            {
                noise += Math.Pow((double)a[value].Floats[i] - b[value].Floats[i], 2);
                signal += Math.Pow(a[value].Floats[i], 2);
            }
        }, CancellationToken.None);
        damages[0][0].ShouldBe(noise / signal, 1e-4 * noise / signal);
    }

    [Theory, InlineData(SensitivityMeasure.Loss), InlineData(SensitivityMeasure.Sqnr)]
    public void Measure_WiderForms_DamageLessAndThreadsDoNotMatter(SensitivityMeasure measure)
    {
        (string, WeightEncoding[])[] forms = Forms(2, 4, 8);
        double[][] damages = Measure(measure, forms);
        foreach (double[] layer in damages)
        {
            layer[0].ShouldBeGreaterThan(layer[1]);
            layer[1].ShouldBeGreaterThan(layer[2]);
        }
        Measure(measure, forms, threads: 3).SelectMany(d => d).ShouldBe(damages.SelectMany(d => d));
    }

    [Fact]
    public void Measure_ManySamples_AllocatesAsMuchAsFew()
    {
        (string, WeightEncoding[])[] forms = [Forms(4)[^1]];
        foreach (SensitivityMeasure measure in Enum.GetValues<SensitivityMeasure>())
        {
            Allocated(32); // what is made once
            Allocated(128).ShouldBeLessThan(Allocated(32) + 1_000_000, measure.ToString());

            long Allocated(int count)
            {
                ActivationWalk walk = Walk(count);
                long before = GC.GetAllocatedBytesForCurrentThread();
                new Sensitivity(Network, walk).Measure(measure, forms, (_, _) => { }, CancellationToken.None);
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
    }
}
