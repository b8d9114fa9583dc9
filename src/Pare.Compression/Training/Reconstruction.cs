using Pare.Operators;

namespace Pare.Compression.Training;

/// <summary>The mean squared difference between what the network makes and what went in: auto-encoders train with it. Labels are not read.</summary>
/// <param name="input">The network's input, of the output's shape.</param>
public sealed class Reconstruction(string input) : Loss
{
    /// <inheritdoc/>
    public override string Add(ModelEditor editor, string logits, string labels) => editor.Add(new MeanSquaredError(), "loss", logits, input);
}
