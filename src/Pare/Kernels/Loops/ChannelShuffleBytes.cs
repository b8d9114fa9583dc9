using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Pare.Operators;
using Pare.Threading;

namespace Pare.Kernels.Loops;

/// <summary>Channel shuffles of bytes: 16 channels of each group make as many vectors of results, each put together from all groups.</summary>
internal sealed class ChannelShuffleBytes() : MoveKernel<ChannelShuffle>("channel-shuffle.byte", ofBytes: true)
{
    /// <inheritdoc/>
    protected override PlannedKernel Plan(ChannelShuffle op, KernelQuery query) => new Planned(query.ShapeOf(0), op.Groups, query.Cpu);

    private sealed unsafe class Planned : PlannedKernel
    {
        private const int Lanes = 16, MostGroups = 8, SliceBytes = 1 << 14;

        private readonly int _groups, _each, _pixels, _slices;
        private readonly byte[] _places;    // [vector of results][group][16]: which of the group's 16 bytes belongs there, or one beyond them
        private readonly bool _inVectors;

        public Planned(Shape x, int groups, CpuFeatures cpu)
        {
            int channels = x.Fixed[^1];
            (_groups, _each, _pixels) = (groups, channels / groups, (int)(x.Elements / channels));
            _slices = (int)Math.Clamp(x.Elements / SliceBytes, 1, _pixels);
            _inVectors = cpu.HasVector128 && groups <= MostGroups && _each >= Lanes;
            _places = new byte[groups * groups * Lanes];
            for (int i = 0; i < _places.Length; i++)
            {
                int vector = i / Lanes / groups, group = i / Lanes % groups, at = vector * Lanes + i % Lanes;
                _places[i] = at % groups == group ? (byte)(at / groups) : (byte)0xFF;
            }
        }

        public override double Seconds => CostModel.Loop(0.5 * _pixels * _groups * _each, _inVectors ? 0.1 * _groups : 0.7);

        public override void Run(in KernelArguments arguments)
        {
            fixed (byte* x = arguments.Inputs[0]!.Bytes, y = arguments.Outputs[0].Bytes, places = _places)
                arguments.Pool.Run(_slices, new Job { Owner = this, From = x, To = y, Places = places });
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Pixels(byte* x, byte* y, byte* places, int count)
        {
            for (; count > 0; count--, x += _groups * _each, y += _groups * _each)
            {
                if (!_inVectors)
                {
                    for (int j = 0; j < _each; j++)
                        for (int group = 0; group < _groups; group++) y[j * _groups + group] = x[group * _each + j];
                    continue;
                }
                // The last vectors overlap those before.
                for (int j = 0; j < _each; j = j + Lanes < _each ? Math.Min(j + Lanes, _each - Lanes) : _each)
                {
                    byte* place = places;
                    for (int vector = 0; vector < _groups; vector++)
                    {
                        Vector128<byte> sum = default;
                        for (int group = 0; group < _groups; group++, place += Lanes)
                            sum |= Vector128.Shuffle(Vector128.Load(x + group * _each + j), Vector128.Load(place));
                        sum.Store(y + j * _groups + vector * Lanes);
                    }
                }
            }
        }

        private struct Job : ISliceJob
        {
            public Planned Owner;
            public byte* From;
            public byte* To;
            public byte* Places;

            public readonly void Execute(int slice, int worker)
            {
                int first = (int)((long)Owner._pixels * slice / Owner._slices), end = (int)((long)Owner._pixels * (slice + 1) / Owner._slices);
                nint at = (nint)first * Owner._groups * Owner._each;
                Owner.Pixels(From + at, To + at, Places, end - first);
            }
        }
    }
}
