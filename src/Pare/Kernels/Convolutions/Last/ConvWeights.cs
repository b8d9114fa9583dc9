using Pare.Kernels.Products;
using Pare.Threading;

namespace Pare.Kernels.Convolutions.Last;

/// <summary>Packs the weights of a convolution.</summary>
/// <param name="weights">[OutChannels, Channels / Groups, KernelHeight, KernelWidth].</param>
/// <param name="bias">Null, or [OutChannels].</param>
/// <param name="packed">Memory for the packed numbers, not cleared.</param>
/// <param name="pool">Threads.</param>
internal unsafe delegate void ConvPacking(float* weights, float* bias, float* packed, WorkerPool pool);

/// <summary>Weights and bias of a convolution as its kernel packs them: once where both are known before running, otherwise in each run.</summary>
/// <param name="query">The node; weights are input 1.</param>
/// <param name="bias">The input that is the bias, or -1 where there is none.</param>
/// <param name="packing">Names the layout, see <see cref="KernelQueryExtensions.Packed"/>.</param>
/// <param name="count">How many packed numbers.</param>
/// <param name="pack">Packs.</param>
internal sealed unsafe class ConvWeights(KernelQuery query, int bias, string packing, long count, ConvPacking pack)
{
    private readonly WeightEncoding? _weight = query.Weight(1);
    private readonly WeightEncoding? _bias = bias < 0 ? null : query.Weight(bias);
    private PackedFloats? _packed, _weightValues, _biasValues;

    /// <summary>Bytes that are held between runs.</summary>
    public long PackedBytes => IsConstant ? PackedFloats.BytesOf(count) : PackedFloats.BytesOf(_weight) + PackedFloats.BytesOf(_bias);

    /// <summary>Bytes at the begin of the scratch memory of a run.</summary>
    public long ScratchBytes => IsConstant ? 0 : Scratch.Bytes(count);

    /// <summary>Whether they are packed once; a weight that other nodes compute, or a bias alone, is packed in each run.</summary>
    public bool IsConstant => _weight is not null && (_bias is not null || bias < 0 || !query.Has(bias));

    /// <summary>Packs what is known before running.</summary>
    public void Pack()
    {
        if (IsConstant)
            _packed = query.Packed(1, packing, count, (weights, biases, to) => pack(weights, biases, to, WorkerPool.Shared(1)), bias < 0 ? null : bias);
        else
            (_weightValues, _biasValues) = (query.Decoded(1), bias < 0 ? null : query.Decoded(bias));
    }

    /// <summary>The packed numbers where they are packed once.</summary>
    public float* Packed => _packed!.Floats;

    /// <summary>The packed numbers of a run.</summary>
    /// <param name="arguments">The run.</param>
    /// <param name="scratch">Its scratch memory.</param>
    public float* Of(in KernelArguments arguments, byte* scratch)
    {
        if (_packed is not null)
            return _packed.Floats;
        float* packed = new Scratch(scratch).Take(count);
        Tensor? weight = arguments.Inputs[1], biases = bias >= 0 && bias < arguments.Inputs.Length ? arguments.Inputs[bias] : null;
        fixed (float* w = weight is null ? [] : weight.Floats, b = biases is null ? [] : biases.Floats)
            pack(_weightValues is null ? w : _weightValues.Floats, _biasValues is null ? b : _biasValues.Floats, packed, arguments.Pool);
        return packed;
    }
}
