using System.Runtime.CompilerServices;
using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>Packing of weights and biases.</summary>
internal sealed unsafe partial class PixelConv
{
    /// <summary>Packs weights and bias.</summary>
    /// <param name="weights">[OutChannels, Channels / Groups, KernelHeight, KernelWidth], or as the <see cref="WeightOrder"/> says.</param>
    /// <param name="bias">Null, or [OutChannels].</param>
    /// <param name="packed">Room for <see cref="PackedFloats"/>: per group and panel [tap][channel][width], then all biases.</param>
    /// <param name="pool">Threads.</param>
    public void Pack(float* weights, float* bias, float* packed, WorkerPool pool) =>
        pool.Run(
            _shape.Groups * _panels.Length * _packParts, Threading.SliceWork.Floats(2.0 * PackedFloats / _shape.Groups / _panels.Length / _packParts),
            new PackJob { Conv = this, Weights = weights, Bias = bias, Packed = packed });

    /// <summary>Writes the bias of each panel.</summary>
    /// <param name="bias">Null, or [OutChannels].</param>
    /// <param name="to">Room for <see cref="BiasFloats"/>.</param>
    public void PackBias(float* bias, float* to)
    {
        for (int group = 0; group < _shape.Groups; group++)
        {
            foreach (Panel panel in _panels)
            {
                for (int o = 0; o < panel.Width; o++)
                    to[group * _groupWidth + panel.Start + o] = bias == null || o >= panel.Channels ? 0 : bias[group * _shape.GroupOutChannels + panel.Channel + o];
            }
        }
    }

    // A panel of a group, or one kernel position of it.
    private struct PackJob : ISliceJob
    {
        private const int Block = 16;

        public PixelConv Conv;
        public float* Weights;
        public float* Bias;
        public float* Packed;

        public readonly void Execute(int slice, int worker)
        {
            ref readonly ConvShape shape = ref Conv._shape;
            (slice, int part) = Math.DivRem(slice, Conv._packParts);
            (int group, int index) = Math.DivRem(slice, Conv._panels.Length);
            Panel panel = Conv._panels[index];
            float* from = Weights + group * Conv._order.Group + panel.Channel * Conv._order.Output;
            float* to = Conv.PanelWeights(Packed, group, panel);
            int taps = shape.Taps / Conv._packParts;
            for (int tap = part * taps; tap < (part + 1) * taps; tap++)
                Tap(from + Conv._order.Taps[tap], to + (nint)tap * shape.GroupChannels * panel.Width, panel);
            if (part > 0)
                return;
            float* bias = Conv.PanelBias(Packed, group, panel);
            int first = group * shape.GroupOutChannels + panel.Channel;
            for (int o = 0; o < panel.Width; o++)
                bias[o] = Bias == null || o >= panel.Channels ? 0 : Bias[first + o];
        }

        // -> [channel][width]; blocks of channels, so that lines are filled while they are near.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void Tap(float* from, float* to, in Panel panel)
        {
            nint output = Conv._order.Output, input = Conv._order.Input;
            int channels = Conv._shape.GroupChannels;
            if (panel.Channels < panel.Width)
                new Span<float>(to, channels * panel.Width).Clear();
            if (input == 1)
            {
                Transposer.Run(from, output, panel.Channels, channels, to, panel.Width);
                return;
            }
            if (output <= input)
            {
                for (int c = 0; c < channels; c++)
                {
                    for (int o = 0; o < panel.Channels; o++)
                        to[(nint)c * panel.Width + o] = from[c * input + o * output];
                }
                return;
            }
            for (int block = 0; block < channels; block += Block)
            {
                int end = Math.Min(channels, block + Block);
                for (int o = 0; o < panel.Channels; o++)
                {
                    for (int c = block; c < end; c++)
                        to[(nint)c * panel.Width + o] = from[c * input + o * output];
                }
            }
        }
    }
}
