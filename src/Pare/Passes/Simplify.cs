namespace Pare.Passes;

/// <summary>The exact rewrites together, until nothing changes any more. What comes out still writes to ONNX.</summary>
public static class Simplify
{
    /// <summary>Each round only ever takes nodes out or brings them into a final form; this many are never needed.</summary>
    private const int MostRounds = 20;

    /// <summary>For running: constants, shape arithmetic, batch normalization and dropout disappear.</summary>
    public static Model ForInference(Model model) => ForInference(model, FoldBatchNorm.Apply);

    /// <summary>The same for a model that is only run, not kept: weights are not copied.</summary>
    internal static Model ToRun(Model model) => ForInference(model, FoldBatchNorm.ApplyToRun);

    private static Model ForInference(Model model, Func<Model, Model> foldBatchNorm) => Repeat(model, [
        UnrollControlFlow.Apply, FoldConstants.Apply, SimplifyShapes.Apply, RemoveIdentity.Apply, CanonicalSoftmax.Apply, CanonicalGemm.Apply, FoldBias.Apply, foldBatchNorm, DeadCode.Apply]);

    /// <summary>For training: as <see cref="ForInference(Model)"/>, but batch normalization and dropout stay, and every trained number stays one.</summary>
    public static Model ForTraining(Model model) => Repeat(model, [
        UnrollControlFlow.Apply, FoldConstants.ApplyForTraining, SimplifyShapes.Apply, RemoveIdentity.ApplyForTraining, CanonicalSoftmax.Apply, CanonicalGemm.Apply, FoldBias.Apply, DeadCode.Apply]);

    /// <summary>For changing the network: shape arithmetic becomes constants, so that it can be changed with it; weights and layers stay as they are.</summary>
    public static Model Shapes(Model model) => Repeat(model, [FoldConstants.ApplyToShapes, SimplifyShapes.Apply, RemoveIdentity.ApplyForTraining, DeadCode.Apply]);

    private static Model Repeat(Model model, Func<Model, Model>[] passes)
    {
        for (int round = 0; round < MostRounds; round++)
        {
            Model next = passes.Aggregate(model, (m, pass) => pass(m));
            if (ReferenceEquals(next, model)) return model;
            model = next;
        }
        throw new InvalidOperationException($"The passes did not come to an end in {MostRounds} rounds.");
    }
}
