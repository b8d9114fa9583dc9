using Pare.Compression.Training;
using Pare.Encodings;

namespace Pare.Compression.Tests.Training;

public class TrainableWeightsTests
{
    [Fact]
    public void Bind_Trees_ListsLeavesByPathWithRolesAndDecay()
    {
        TrainableWeights weights = TrainableWeights.Bind(Compressed());
        weights.Leaves.Select(l => (l.Path, l.Role, l.Decays)).ShouldBe([
            ("fc1.weight/values/table", LeafRole.Table, false),
            ("fc1.bias", LeafRole.Weight, false),
            ("fc2.weight", LeafRole.Weight, true),
            ("fc2.bias", LeafRole.Weight, false),
        ]);
        TrainableWeights.Bind(Compressed(), null, l => l.Role == LeafRole.Table).Names.ShouldBe(["fc1.weight"]);
    }

    [Fact]
    public void DecodeInto_AfterALeafChanged_SeesTheChangeAndTheModelDoesNot()
    {
        Model model = Compressed();
        float[] before = model.Weights["fc1.weight"].ToArray(), now = new float[64];
        TrainableWeights weights = TrainableWeights.Bind(model);
        Model snapshot = weights.ToModel();
        weights.Leaves[0].Values[1] = 9;
        weights.DecodeInto("fc1.weight", now);
        now.ShouldContain(9);
        model.Weights["fc1.weight"].ToArray().ShouldBe(before);
        snapshot.Weights["fc1.weight"].ToArray().ShouldBe(before);
        weights.ToModel().Weights["fc1.weight"].ToArray().ShouldBe(now);
    }

    [Fact]
    public void PullBack_Twice_DoesNotAddUp()
    {
        TrainableWeights weights = TrainableWeights.Bind(Compressed());
        float[] ones = [.. Enumerable.Repeat(1f, 64)];
        for (int i = 0; i < 2; i++)
        {
            weights.PullBack("fc1.weight", ones);
            weights.PullBack("fc2.weight", ones.AsSpan(0, 48));
        }
        weights.Leaves[0].Gradient.ToArray().Sum().ShouldBe(32);
        weights.Leaves[2].Gradient.ToArray().ShouldAllBe(g => g == 1);
    }

    [Fact]
    public void DecodeAndPullBack_AfterWarmUp_AllocateNothing()
    {
        TrainableWeights weights = TrainableWeights.Bind(Compressed());
        float[] buffer = new float[64];
        for (int i = 0; i < 10; i++) Turn();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Turn();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Turn()
        {
            weights.DecodeInto("fc1.weight", buffer);
            weights.PullBack("fc1.weight", buffer);
            weights.DecodeInto("fc2.weight", buffer.AsSpan(0, 48));
            weights.PullBack("fc2.weight", buffer.AsSpan(0, 48));
        }
    }

    [Fact]
    public void Bind_UnknownWeight_IsAnArgumentException() =>
        Should.Throw<ArgumentException>(() => TrainableWeights.Bind(TestNets.Perceptron(), ["nothing"])).Message.ShouldContain("'nothing'");

    /// <summary>The first layer keeps every second weight and shares 4 values.</summary>
    private static Model Compressed()
    {
        Model model = TestNets.Perceptron();
        var codebook = Codebook.Of(Shape.Of(32), [.. Enumerable.Range(0, 32).Select(i => (ushort)(i % 4))], [-1, -0.5f, 0.5f, 1]);
        return model.WithWeights([new("fc1.weight", new Sparse(Shape.Of(16, 4), [.. Enumerable.Range(0, 32).Select(i => 2 * i)], codebook))]);
    }
}
