using Pare.Operators;

namespace Pare.Compression.Training;

/// <summary>Cross-entropy of a softmax with the labels, averaged over the batch.</summary>
/// <param name="smoothing">The share of the target that is spread evenly over all classes (Szegedy et al., CVPR 2016), in 0..1.</param>
public sealed class CrossEntropy(float smoothing = 0) : Loss
{
    /// <inheritdoc/>
    public override string Add(ModelEditor editor, string logits, string labels) =>
        editor.Add(new SoftmaxCrossEntropy { Smoothing = smoothing }, "loss", logits, labels);
}
