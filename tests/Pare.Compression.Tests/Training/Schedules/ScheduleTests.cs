using Pare.Compression.Training.Schedules;

namespace Pare.Compression.Tests.Training.Schedules;

public class ScheduleTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2.99, 1)]
    [InlineData(3, 0.1)]
    [InlineData(6, 0.01)]
    public void Steps_Factor_FallsAtMilestones(double epoch, double expected) =>
        new Steps([3, 6], 0.1).Factor(epoch).ShouldBe(expected, 1e-12);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(6, 0.55)]
    [InlineData(10, 0.1)]
    [InlineData(11, 0.1)]
    public void Cosine_Factor_FallsFromWarmupToEnd(double epoch, double expected) =>
        new Cosine(2, 10, 0.1).Factor(epoch).ShouldBe(expected, 1e-12);

    [Fact]
    public void Plateau_NoNewLeastLoss_FallsAfterPatienceAndResumesFromState()
    {
        var plateau = new Plateau(1, 0.5);
        foreach (double loss in (double[])[1, 0.9, 0.95]) plateau.Observe(loss);
        plateau.Factor(3).ShouldBe(1);
        var resumed = new Plateau(1, 0.5) { State = plateau.State };
        foreach (Plateau p in (Plateau[])[plateau, resumed])
        {
            p.Observe(0.9);
            p.Factor(4).ShouldBe(0.5);
            p.Observe(0.1);
            p.Observe(0.2);
            p.Factor(6).ShouldBe(0.5);
        }
    }

    [Fact]
    public void Constant_Factor_IsOne() => new Constant().Factor(100).ShouldBe(1);
}
