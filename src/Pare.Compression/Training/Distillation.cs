using Pare.Operators;

namespace Pare.Compression.Training;

/// <summary>
/// Learning from a teacher: (1 - share) times the loss on the labels + share T^2 times the cross-entropy of softmax(student / T) with
/// softmax(teacher / T), averaged over the batch.
/// </summary>
/// <param name="Share">From 0 (labels alone) to 1 (the teacher alone).</param>
/// <param name="Temperature">T: how much the teacher's less likely classes count. Over 0.</param>
/// <remarks>Hinton, Vinyals, Dean, "Distilling the Knowledge in a Neural Network", 2015; T^2 keeps the gradients of both parts alike.</remarks>
public sealed record Distillation(double Share, double Temperature)
{
    /// <summary>Adds the nodes.</summary>
    /// <param name="editor">The graph.</param>
    /// <param name="loss">The loss on the labels, a scalar.</param>
    /// <param name="logits">The student's logits, [N, classes].</param>
    /// <param name="targets">The teacher's softmax at this temperature, [N, classes].</param>
    /// <param name="batch">N.</param>
    /// <returns>The loss in all, a scalar.</returns>
    internal string Add(ModelEditor editor, string loss, string logits, string targets, int batch)
    {
        string cooled = Times(editor, logits, 1 / Temperature);
        string likelihood = editor.Add(new Softmax { Log = true }, "teacher/log-softmax", cooled);
        string agreement = editor.Add(
            new Reduction(ReductionFunction.Sum) { KeepAxes = false }, "teacher/sum", editor.Add(new Binary(BinaryFunctions.Mul), "teacher/agreement", likelihood, targets));
        string follow = Times(editor, agreement, -Share * Temperature * Temperature / batch);
        return Share == 1 ? follow : editor.Add(new Binary(BinaryFunctions.Add), "teacher/loss", Times(editor, loss, 1 - Share), follow);
    }

    private static string Times(ModelEditor editor, string value, double factor) => editor.Add(
        new Binary(BinaryFunctions.Mul), "teacher/scaled", value, editor.SetConstant(editor.FreshValue("teacher/factor"), Tensor.Scalar((float)factor)));
}
