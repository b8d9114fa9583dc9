namespace Pare.Runtime;

/// <summary>A kernel that was chosen by measuring, see <see cref="KernelTuning"/>.</summary>
/// <param name="Kernel">The kernel that is taken.</param>
/// <param name="Time">What one run of it took.</param>
/// <param name="Predicted">The kernel that the cost model would have taken.</param>
/// <param name="PredictedTime">What one run of that took, measured too.</param>
/// <param name="IsNew">True where it was measured for this plan, false where it was known before.</param>
public sealed record KernelChoice(string Kernel, TimeSpan Time, string Predicted, TimeSpan PredictedTime, bool IsNew)
{
    /// <summary>Whether measuring chose otherwise than the cost model.</summary>
    public bool Differs => Kernel != Predicted;
}
