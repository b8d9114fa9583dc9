namespace Pare.Compression.Training;

/// <summary>What training makes small: a loss adds its nodes to the forward graph.</summary>
public abstract class Loss
{
    /// <summary>Adds the nodes.</summary>
    /// <param name="editor">The graph.</param>
    /// <param name="logits">The value [N, classes] before any softmax.</param>
    /// <param name="labels">The value [N], I32: the class of each sample.</param>
    /// <returns>A scalar F32 value: the mean over the batch.</returns>
    public abstract string Add(ModelEditor editor, string logits, string labels);
}
