using Pare.Operators;

namespace Pare.Compression.Training;

/// <summary>The mean squared difference between what the network makes and what went in: auto-encoders train with it. Labels are not read.</summary>
/// <param name="input">The network's input, of the output's shape.</param>
public sealed class Reconstruction(string input) : Loss
{
    private const string Key = "pare.goal", Goal = "reconstruction";

    /// <summary>Whether a model is trained to make its input again.</summary>
    /// <param name="model">The model, whose metadata may say so.</param>
    /// <param name="goal">What the user asks for.</param>
    public static bool IsGoalOf(Model model, TrainingGoal goal = TrainingGoal.Auto) =>
        goal == TrainingGoal.Reconstruction || (goal == TrainingGoal.Auto && model.Metadata.Properties.GetValueOrDefault(Key) == Goal);

    /// <inheritdoc/>
    // Outputs of a picture's shape come here flattened.
    public override string Add(ModelEditor editor, string logits, string labels) =>
        editor.Add(new MeanSquaredError(), "loss", logits, editor.Add(new Flatten { Axis = 1 }, "loss/target", input));

    /// <summary>The model with a note that it makes its input again.</summary>
    internal static Model Mark(Model model) => model.WithMetadata(model.Metadata.With(Key, Goal));
}
