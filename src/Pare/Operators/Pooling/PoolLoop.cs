using System.Collections.Immutable;

namespace Pare.Operators;

/// <summary>Walks over the windows of a pooling: each output with the inputs that it sees.</summary>
internal sealed class PoolLoop
{
    private readonly ImmutableArray<WindowAxis> _axes; // always three
    private readonly int _planes;

    public PoolLoop(Window window, Shape x)
    {
        _axes = window.ThreeAxes(x);
        _planes = x.Fixed[0] * x.Fixed[1];
    }

    /// <summary>What is done with one window: its output, the inputs inside, and how many positions there are with the padding.</summary>
    public delegate void Visit(int output, ReadOnlySpan<int> inputs, int padded);

    public int Outputs => _planes * _axes[0].Output * _axes[1].Output * _axes[2].Output;

    public static Shape OutputShape(InferScope s, Window window)
    {
        Shape x = s.ShapeOfRank(0, 3, 5);
        if (window.Kernel.IsEmpty) throw s.Fail("attribute 'kernel_shape' is missing.");
        return new Shape([x[0], x[1], .. window.OutputLengths(s, x, window.Kernel.AsSpan())]);
    }

    /// <summary>One for each number that a window covers, padding too: additions and a quotient, or comparisons.</summary>
    public static long Operations(InferScope s, Window window) =>
        window.Kernel.Aggregate(OutputShape(s, window).Elements, (count, length) => count * length);

    public void ForEach(Visit visit)
    {
        WindowAxis d = _axes[0], h = _axes[1], w = _axes[2];
        var seen = new int[d.Kernel * h.Kernel * w.Kernel];
        int output = 0;
        for (int plane = 0; plane < _planes; plane++)
            for (int z = 0; z < d.Output; z++)
                for (int r = 0; r < h.Output; r++)
                    for (int q = 0; q < w.Output; q++)
                    {
                        int count = Inside(plane, z, r, q, seen);
                        visit(output++, seen.AsSpan(0, count), Padded(d, z) * Padded(h, r) * Padded(w, q));
                    }
    }

    /// <summary>For each output the flat position of its largest input, the first one where several are equal; NaN wins.</summary>
    public int[] Largest(Tensor x)
    {
        var chosen = new int[Outputs];
        bool real = Reals.Holds(x.DType);
        ForEach((output, inputs, _) =>
        {
            if (inputs.IsEmpty) throw new ArgumentException("A window lies wholly in the padding, so it has no largest element.");
            int best = inputs[0];
            foreach (int i in inputs)
                if (real ? Larger(new Reals(x)[i], new Reals(x)[best]) : new Wholes(x)[i] > new Wholes(x)[best]) best = i;
            chosen[output] = best;
        });
        return chosen;
    }

    private int Inside(int plane, int z, int r, int q, int[] seen)
    {
        WindowAxis d = _axes[0], h = _axes[1], w = _axes[2];
        int count = 0;
        for (int kz = 0; kz < d.Kernel; kz++)
            for (int kr = 0; kr < h.Kernel; kr++)
                for (int kq = 0; kq < w.Kernel; kq++)
                {
                    int iz = d.At(z, kz), ir = h.At(r, kr), iq = w.At(q, kq);
                    if (d.Inside(iz) && h.Inside(ir) && w.Inside(iq)) seen[count++] = ((plane * d.Input + iz) * h.Input + ir) * w.Input + iq;
                }
        return count;
    }

    // With ceil_mode the last window may reach over the padding; what lies there counts nowhere.
    private static int Padded(WindowAxis axis, int output)
    {
        int count = 0;
        for (int k = 0; k < axis.Kernel; k++)
            if (axis.At(output, k) >= -axis.Before && axis.At(output, k) < axis.Input + axis.After) count++;
        return count;
    }

    private static bool Larger(double a, double b) => a > b || (double.IsNaN(a) && !double.IsNaN(b));
}
