using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Pare.Kernels;

/// <summary>All that packed numbers depend on beside their weight.</summary>
/// <param name="Packing">The layout, and every length, level and option that it follows from.</param>
/// <param name="FlushesDenormals">Whether small numbers became 0.</param>
/// <param name="With">Another weight, whose numbers lie with them, or null.</param>
internal readonly record struct PackingKey(string Packing, bool FlushesDenormals, WeightEncoding? With);

/// <summary>What the plans of one model have packed, so that a plan for another batch size or thread count packs nothing again.</summary>
/// <remarks>
/// A model owns it and it owns nothing: packed numbers live as long as a plan holds them. The key is the encoding as an object and the packing,
/// which names all that the packed numbers depend on beside it; a trainer that changes leaves in place makes a new model for each plan.
/// Weights that lowering makes anew for each plan, of a folded batch normalization for example, are told by their values, see <see cref="Known"/>.
/// </remarks>
internal sealed class PackedWeights
{
    private const int Chunk = 1 << 14;
    private const int SmallConstant = 1 << 10;
    private static readonly ConditionalWeakTable<Model, PackedWeights> Models = [];

    private readonly Lock _lock = new();
    private readonly ConditionalWeakTable<object, Dictionary<PackingKey, WeakReference<PackedFloats>>> _packed = [];   // of weights and constants
    private readonly Dictionary<string, WeakReference<WeightEncoding>> _lowered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, WeakReference<Tensor>> _constants = new(StringComparer.Ordinal);

    /// <summary>Of a model.</summary>
    public static PackedWeights Of(Model model) => Models.GetOrCreateValue(model);

    /// <summary>The packed numbers, made now or by an earlier plan that still lives.</summary>
    /// <param name="weight">The weight, or a tensor that is a constant.</param>
    /// <param name="packing">How it is packed.</param>
    /// <param name="make">Packs it.</param>
    public PackedFloats Share(object weight, in PackingKey packing, Func<PackedFloats> make)
    {
        // Each weight has a lock of its own: others may be packed meanwhile.
        Dictionary<PackingKey, WeakReference<PackedFloats>> ways = _packed.GetOrCreateValue(weight);
        lock (ways)
        {
            if (ways.TryGetValue(packing, out WeakReference<PackedFloats>? held) && held.TryGetTarget(out PackedFloats? packed))
                return packed;
            packed = make();
            ways[packing] = new WeakReference<PackedFloats>(packed);
            return packed;
        }
    }

    /// <summary>The lowered model with the weights that an earlier plan of the same model made alike, in place of equal ones of its own.</summary>
    /// <param name="model">The model that the plan is of.</param>
    /// <param name="lowered">What it was lowered to.</param>
    public Model Known(Model model, Model lowered)
    {
        var known = new Dictionary<string, WeightEncoding>(StringComparer.Ordinal);
        lock (_lock)
        {
            foreach ((string name, WeightEncoding weight) in lowered.Weights)
            {
                if (model.Weights.TryGetValue(name, out WeightEncoding? original) && ReferenceEquals(original, weight))
                    continue;
                if (!_lowered.TryGetValue(name, out WeakReference<WeightEncoding>? held) || !held.TryGetTarget(out WeightEncoding? earlier))
                    _lowered[name] = new WeakReference<WeightEncoding>(weight);
                else if (AreEqual(earlier, weight))
                    known[name] = earlier;
            }
        }
        lowered = known.Count == 0 ? lowered : lowered.WithWeights(known);
        return KnownConstants(model, lowered);
    }

    // The weights of integer operators are constants that lowering makes; small ones are not packed.
    private Model KnownConstants(Model model, Model lowered)
    {
        var editor = new Lazy<ModelEditor>(() => new ModelEditor(lowered));
        lock (_lock)
        {
            foreach ((string name, Tensor constant) in lowered.Constants)
            {
                if (constant.ByteLength < SmallConstant || (model.Constants.TryGetValue(name, out Tensor? original) && ReferenceEquals(original, constant)))
                    continue;
                if (!_constants.TryGetValue(name, out WeakReference<Tensor>? held) || !held.TryGetTarget(out Tensor? earlier))
                    _constants[name] = new WeakReference<Tensor>(constant);
                else if (!ReferenceEquals(earlier, constant) && earlier.Type.Equals(constant.Type) && earlier.Bytes.SequenceEqual(constant.Bytes))
                    editor.Value.SetConstant(name, earlier);
            }
        }
        return editor.IsValueCreated ? editor.Value.Build() : lowered;
    }

    // The kind is part of it: kernels choose by kind.
    private static bool AreEqual(WeightEncoding left, WeightEncoding right)
    {
        if (left.Equals(right)) return true;
        if (left.GetType() != right.GetType() || !left.Shape.Equals(right.Shape)) return false;
        if (left is Dense a && right is Dense b) return SameBits(a.Values, b.Values);
        int row = left.Shape.Rank == 0 ? 1 : Math.Max(1, left.Shape.Fixed[^1]), chunk = Math.Max(row, Chunk / row * row);   // whole rows decode fastest
        float[] mine = new float[chunk], other = new float[chunk];
        for (long at = 0; at < left.Length; at += chunk)
        {
            int count = (int)Math.Min(chunk, left.Length - at);
            left.Decode(at, mine.AsSpan(0, count));
            right.Decode(at, other.AsSpan(0, count));
            if (!SameBits(mine.AsSpan(0, count), other.AsSpan(0, count))) return false;
        }
        return true;
    }

    private static bool SameBits(ReadOnlySpan<float> left, ReadOnlySpan<float> right) =>
        MemoryMarshal.AsBytes(left).SequenceEqual(MemoryMarshal.AsBytes(right));
}
