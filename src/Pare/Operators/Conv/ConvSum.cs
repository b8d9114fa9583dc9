using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>The terms of a convolution, x * weight -> y. A convolution and both its gradients are sums of the same products; they differ in which of the three is summed into.</summary>
internal sealed class ConvSum
{
    private readonly ImmutableArray<WindowAxis> _axes; // always three
    private readonly int _batch, _outputs, _groups, _groupChannels;

    private ConvSum(ImmutableArray<WindowAxis> axes, int batch, Shape weight, int groups)
    {
        _axes = axes;
        _batch = batch;
        _outputs = weight.Fixed[0];
        _groups = groups;
        _groupChannels = weight.Fixed[1];
    }

    public static ConvSum Of(Conv conv, Shape x, Shape weight) =>
        new(conv.Window.ThreeAxes(x, weight.Fixed.AsSpan()[2..]), x.Fixed[0], weight, conv.Groups);

    /// <summary>Of three axes that are worked out already.</summary>
    public static ConvSum Of(ImmutableArray<WindowAxis> axes, int batch, Shape weight, int groups) => new(axes, batch, weight, groups);

    public void AddToOutput(double[] x, double[] weight, double[] y) => ForEach(Sum.Output, x, weight, y);

    public void AddToInput(double[] x, double[] weight, double[] y) => ForEach(Sum.Input, x, weight, y);

    public void AddToWeight(double[] x, double[] weight, double[] y) => ForEach(Sum.Weight, x, weight, y);

    private enum Sum { Output, Input, Weight }

    private void ForEach(Sum into, double[] x, double[] weight, double[] y)
    {
        WindowAxis d = _axes[0], h = _axes[1], w = _axes[2];
        int inner = d.Input * h.Input * w.Input, window = d.Kernel * h.Kernel * w.Kernel, at = 0;
        for (int n = 0; n < _batch; n++)
            for (int o = 0; o < _outputs; o++)
            {
                int channel = n * _groups * _groupChannels + o / (_outputs / _groups) * _groupChannels;
                for (int z = 0; z < d.Output; z++)
                    for (int r = 0; r < h.Output; r++)
                        for (int q = 0; q < w.Output; q++, at++)
                            for (int c = 0; c < _groupChannels; c++)
                                AddWindow(into, x, (channel + c) * inner, weight, (o * _groupChannels + c) * window, y, at, z, r, q);
            }
    }

    private void AddWindow(Sum into, double[] x, int xStart, double[] weight, int weightStart, double[] y, int at, int z, int r, int q)
    {
        WindowAxis d = _axes[0], h = _axes[1], w = _axes[2];
        for (int kz = 0; kz < d.Kernel; kz++)
            for (int kr = 0; kr < h.Kernel; kr++)
                for (int kq = 0; kq < w.Kernel; kq++)
                {
                    int iz = d.At(z, kz), ir = h.At(r, kr), iq = w.At(q, kq);
                    if (!d.Inside(iz) || !h.Inside(ir) || !w.Inside(iq)) continue;
                    int i = xStart + (iz * h.Input + ir) * w.Input + iq, k = weightStart + (kz * h.Kernel + kr) * w.Kernel + kq;
                    switch (into)
                    {
                        case Sum.Output: y[at] += x[i] * weight[k]; break;
                        case Sum.Input: x[i] += y[at] * weight[k]; break;
                        default: weight[k] += y[at] * x[i]; break;
                    }
                }
    }
}
