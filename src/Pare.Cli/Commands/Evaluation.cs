using Pare.Cli.Output;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;

namespace Pare.Cli.Commands;

/// <summary>Measures with a bar, for the verbs that measure.</summary>
internal static class Evaluation
{
    /// <summary>Runs the whole set.</summary>
    public static Metrics Run(Invocation run, Model model, DataSet data, EvaluationOptions options, string title) =>
        run.Terminal.Work(display => Run(run, display, model, data, options, title));

    /// <summary>The mean squared difference between output and input, of a network that makes its input again.</summary>
    public static double Reconstruction(Invocation run, Model model, DataSet data, EvaluationOptions options) => run.Terminal.Work(display =>
    {
        using IWorkBar bar = display.Start("Evaluating");
        return Evaluator.ReconstructionError(model, data, options, new Direct<int>(done => bar.Report((double)done / data.Count)), run.Cancel);
    });

    /// <summary>The same within other work.</summary>
    public static Metrics Run(Invocation run, IWorkDisplay display, Model model, DataSet data, EvaluationOptions options, string title)
    {
        using IWorkBar bar = display.Start(title);
        return Evaluator.Run(model, data, options, new Direct<int>(done => bar.Report((double)done / data.Count)), run.Cancel);
    }
}
