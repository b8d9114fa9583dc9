using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Quantization.Mixed;

namespace Pare.Compression.Methods;

/// <summary>Finds the cheapest point of a curve that loses little enough, by bisection; every point that it looks at is quantized and measured.</summary>
/// <param name="floats">The network in floats.</param>
/// <param name="validation">The samples; without labels, answers are held against those of the float network.</param>
/// <param name="threads">Threads; results do not depend on it.</param>
internal sealed class DropSearch(Model floats, DataSet validation, int threads)
{
    private const double Rounding = 1e-9; // of percentages, which are quotients of counts

    /// <summary>The shares of wrong answers that were measured.</summary>
    public Dictionary<AssignmentPoint, double> Errors { get; } = [];

    /// <summary>Finds it.</summary>
    /// <param name="curve">From the cheapest on.</param>
    /// <param name="maxDrop">Points of accuracy that may be lost.</param>
    /// <param name="quantize">Makes the network of a point.</param>
    /// <param name="progress">Hears how many of about how many points were measured.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="RecipeException">The dearest point loses more.</exception>
    public (AssignmentPoint Point, Model Model) Cheapest(
        IReadOnlyList<AssignmentPoint> curve, double maxDrop, Func<AssignmentPoint, Model> quantize, Action<int, int> progress, string method, CancellationToken cancel)
    {
        double own = validation.Classes > 0 ? Error(floats, cancel) : 0;
        int rounds = 1 + (int)Math.Ceiling(Math.Log2(curve.Count + 1));
        int failing = -1, holding = curve.Count - 1;
        (double drop, Model model) = Try(curve[holding]);
        if (drop > maxDrop + Rounding)
            throw new RecipeException(FormattableString.Invariant(
                $"{method}: max-drop is {maxDrop}, and the widest widths lose {drop:0.##} points already. Allow more, name wider bits, or lose less by rounding=adaround, weight-scale=mse or more activation-bits."));
        while (holding - failing > 1)
        {
            int middle = (failing + holding) / 2;
            (drop, Model tried) = Try(curve[middle]);
            if (drop <= maxDrop + Rounding) (holding, model) = (middle, tried);
            else failing = middle;
        }
        return (curve[holding], model);

        (double Drop, Model Model) Try(AssignmentPoint point)
        {
            progress(Errors.Count, rounds);
            Model quantized = quantize(point);
            Errors[point] = Error(quantized, cancel);
            return (100 * (Errors[point] - own), quantized);
        }
    }

    private double Error(Model model, CancellationToken cancel)
    {
        if (validation.Classes == 0) return Disagreement(model, cancel);
        Metrics metrics = Evaluator.Run(model, validation, new EvaluationOptions { Plan = new Runtime.PlanOptions { Threads = threads } }, progress: null, cancel);
        return (double)metrics.Errors / metrics.Samples;
    }

    private double Disagreement(Model model, CancellationToken cancel)
    {
        (long different, long samples, string output) = (0, 0, floats.Outputs[0]);
        ActivationWalk.For(floats, validation, threads).Run(floats, [output], model, [output], (a, b) =>
        {
            (Tensor expected, Tensor found) = (a[output], b[output]);
            int classes = expected.Length / expected.Dims[0];
            samples += expected.Dims[0];
            for (int start = 0; start < expected.Length; start += classes)
                if (!Score.Agree(expected.Floats.Slice(start, classes), found.Floats.Slice(start, classes))) different++;
        }, cancel);
        return (double)different / samples;
    }
}
