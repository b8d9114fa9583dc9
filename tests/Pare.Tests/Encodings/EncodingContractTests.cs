using Pare.Encodings;

namespace Pare.Tests.Encodings;

public class EncodingContractTests
{
    [Fact]
    public void Catalog_EveryKind_HasAnExample()
    {
        HashSet<string> kinds = [.. EncodingExamples.Each.SelectMany(Tree).Select(e => e.Kind)];
        foreach (EncodingSpec spec in EncodingCatalog.Default) kinds.ShouldContain(spec.Name);
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void Read_OfWritten_IsTheSame(string example)
    {
        WeightEncoding encoding = EncodingExamples.Get(example);
        WeightEncoding read = Copy(encoding);
        read.ToString().ShouldBe(encoding.ToString());
        read.Shape.ShouldBe(encoding.Shape);
        read.ToArray().ShouldBe(encoding.ToArray());
        Flat(RecordedParts.Of(read)).ShouldBe(Flat(RecordedParts.Of(encoding)));
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void Children_Listed_AreThoseWritten(string example)
    {
        foreach (WeightEncoding encoding in Tree(EncodingExamples.Get(example)))
            RecordedParts.Of(encoding).Items.Where(i => i.Value is (string, Shape, RecordedParts)).Select(i => i.Name)
                .ShouldBe(encoding.Children.Select(c => c.Name));
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void Decode_Slices_EqualTheWhole(string example)
    {
        WeightEncoding encoding = EncodingExamples.Get(example);
        float[] whole = encoding.ToArray();
        var rng = new Rng(1);
        for (int i = 0; i < 200; i++)
        {
            int start = rng.NextInt32(whole.Length + 1), count = rng.NextInt32(Math.Min(3000, whole.Length - start) + 1);
            var slice = new float[count];
            Array.Fill(slice, float.NaN);
            encoding.Decode(start, slice);
            slice.ShouldBe(whole[start..(start + count)]);
        }
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void Select_Decoded_EqualsDecodedSelected(string example)
    {
        WeightEncoding encoding = EncodingExamples.Get(example);
        var dense = new Dense(encoding.Shape, encoding.ToArray());
        for (int axis = 0; axis < encoding.Shape.Rank; axis++)
        {
            int length = encoding.Shape.Fixed[axis];
            int[] odd = [.. Enumerable.Range(0, length).Where(i => i % 2 == 1)];
            foreach (int[] keep in (int[][])[odd, [], [.. odd.Reverse()], [.. Enumerable.Range(0, length)]])
            {
                WeightEncoding selected = encoding.Select(axis, keep);
                selected.Kind.ShouldBe(encoding.Kind);
                selected.Shape.ShouldBe(encoding.Shape.With(axis, keep.Length));
                selected.ToArray().ShouldBe(dense.Select(axis, keep).ToArray());
                Copy(selected).ToArray().ShouldBe(selected.ToArray());
            }
        }
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void MapLeaves_Identity_IsTheSame(string example)
    {
        WeightEncoding encoding = EncodingExamples.Get(example);
        var paths = new List<string>();
        WeightEncoding same = encoding.MapLeaves(
            (leaf, where) =>
            {
                paths.Add(where.Path);
                return new Dense(leaf.Shape, leaf.Values.ToArray());
            },
            LeafScope.Of("w", encoding.Shape, 0));
        same.ToArray().ShouldBe(encoding.ToArray());
        same.ToString().ShouldBe(encoding.ToString().Replace("sparse(sparse(dense))", "sparse(dense)")); // a rewritten sparse of sparse becomes one
        paths.ShouldBeUnique();
        paths.Count.ShouldBe(Tree(encoding).OfType<Dense>().Count());
        encoding.MapLeaves((leaf, _) => leaf, LeafScope.Of("w", encoding.Shape, 0)).ShouldBeSameAs(encoding);
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void MapLeaves_Positions_NameTheLogicalNumbers(string example)
    {
        WeightEncoding encoding = EncodingExamples.Get(example);
        // Every leaf of role Weight is filled with its positions, and every other one with 1: what is decoded then must be the position itself.
        WeightEncoding filled = encoding.MapLeaves(
            (leaf, where) => new Dense(leaf.Shape, where.Role != LeafRole.Weight
                ? Enumerable.Repeat(1f, leaf.Length).ToArray()
                : Enumerable.Range(0, leaf.Length).Select(i => 1f + (where.Positions is { } p ? p.Span[i] : i)).ToArray()),
            LeafScope.Of("w", encoding.Shape, 0));
        if (!Tree(encoding).All(e => e is Dense or Scaled or Sparse)) return; // a codebook's leaves have no positions
        float[] decoded = filled.ToArray();
        for (int i = 0; i < decoded.Length; i++) decoded[i].ShouldBeOneOf(0f, i + 1f);
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void PullBack_EveryLeaf_EqualsDifferences(string example)
    {
        // Loss = sum of g * w. All forms are linear in each single leaf number, so a central difference is exact but for rounding;
        // surrogates are within their range, so steps are small there, and the error of floats is larger.
        WeightEncoding encoding = EncodingExamples.Get(example), smooth = encoding.Surrogate();
        (float step, double tolerance) = ReferenceEquals(smooth, encoding) ? (0.5f, 1e-4) : (1 / 512f, 2e-3);
        var rng = new Rng(2);
        float[] gradient = [.. Enumerable.Range(0, encoding.Length).Select(_ => (float)rng.NextNormal())];
        var gradients = new Gradients();
        encoding.PullBack(gradient, gradients);
        foreach (Dense leaf in Tree(encoding).OfType<Dense>())
        {
            Span<float> pulled = gradients.Of(leaf);
            foreach (int i in Enumerable.Range(0, leaf.Length).Where(i => leaf.Length < 100 || i % 37 == 0))
            {
                float at = leaf.Values[i];
                leaf.Values[i] = at + step;
                double above = Loss();
                leaf.Values[i] = at - step;
                double below = Loss();
                leaf.Values[i] = at;
                double slope = (above - below) / (2 * step);
                ((double)pulled[i]).ShouldBe(slope, tolerance * (1 + Math.Abs(slope)));
            }
        }

        double Loss() => smooth.ToArray().Zip(gradient, (w, g) => (double)w * g).Sum();
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void Surrogate_OfAllKinds_OnlyWhatRoundsHasOne(string example)
    {
        WeightEncoding encoding = EncodingExamples.Get(example);
        ReferenceEquals(encoding.Surrogate(), encoding).ShouldBe(!Tree(encoding).Any(e => e is QuantizeAware));
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void Freeze_Decoded_IsTheSame(string example)
    {
        WeightEncoding encoding = EncodingExamples.Get(example), frozen = encoding.Freeze();
        frozen.ToArray().ShouldBe(encoding.ToArray());
        Tree(frozen).ShouldNotContain(e => e is QuantizeAware);
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void DecodeAndPullBack_SteadyState_AllocateNothing(string example)
    {
        WeightEncoding encoding = EncodingExamples.Get(example);
        var values = new float[encoding.Length];
        var gradients = new Gradients();
        encoding.PullBack(values, gradients);
        encoding.Decode(0, values);
        long before = GC.GetAllocatedBytesForCurrentThread();
        encoding.Decode(0, values);
        encoding.PullBack(values, gradients);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Theory, MemberData(nameof(EncodingExamples.Names), MemberType = typeof(EncodingExamples))]
    public void Read_ChangedParts_ThrowModelExceptionOrGiveAWeight(string example)
    {
        WeightEncoding encoding = EncodingExamples.Get(example);
        var rng = new Rng(3);
        for (int round = 0; round < 300; round++)
        {
            RecordedParts parts = RecordedParts.Of(encoding);
            Change(parts, rng);
            try
            {
                WeightEncoding read = parts.Read(encoding.Kind, encoding.Shape, EncodingCatalog.Default);
                read.ToArray().Length.ShouldBe(encoding.Length);
            }
            catch (ModelException)
            {
                // The other good outcome.
            }
        }
    }

    private static void Change(RecordedParts parts, Rng rng)
    {
        int at = rng.NextInt32(parts.Items.Count);
        (string name, object value) = parts.Items[at];
        switch (value)
        {
            case long number:
                parts.Items[at] = (name, number + rng.NextInt32(41) - 20);
                break;
            case ushort[] { Length: > 0 } symbols when rng.NextInt32(3) == 0:
                parts.Items[at] = (name, symbols[..rng.NextInt32(symbols.Length)]);
                break;
            case ushort[] { Length: > 0 } symbols:
                symbols[rng.NextInt32(symbols.Length)] = (ushort)rng.NextInt32(1 << rng.NextInt32(17));
                break;
            case float[] { Length: > 0 } values:
                parts.Items[at] = (name, values[1..]);
                break;
            case (string kind, Shape shape, RecordedParts child):
                if (rng.NextInt32(3) == 0) parts.Items[at] = (name, (kind, Shape.Of(rng.NextInt32(9), 3), child));
                else Change(child, rng);
                break;
        }
    }

    private static WeightEncoding Copy(WeightEncoding encoding) =>
        RecordedParts.Of(encoding).Read(encoding.Kind, encoding.Shape, EncodingCatalog.Default);

    private static IEnumerable<WeightEncoding> Tree(WeightEncoding encoding) =>
        encoding.Children.SelectMany(c => Tree(c.Encoding)).Prepend(encoding);

    private static string Flat(RecordedParts parts) => string.Join("; ", parts.Items.Select(i => i.Value switch
    {
        ushort[] symbols => $"{i.Name}: {string.Join(' ', symbols)}",
        float[] values => $"{i.Name}: {string.Join(' ', values)}",
        (string kind, Shape shape, RecordedParts child) => $"{i.Name}: {kind}{shape}({Flat(child)})",
        var other => $"{i.Name}: {other}",
    }));

    private sealed class Gradients : LeafGradients
    {
        private readonly Dictionary<Dense, float[]> _sums = [];

        public override Span<float> Of(Dense leaf)
        {
            if (!_sums.TryGetValue(leaf, out float[]? sum)) _sums[leaf] = sum = new float[leaf.Length];
            return sum;
        }
    }
}
