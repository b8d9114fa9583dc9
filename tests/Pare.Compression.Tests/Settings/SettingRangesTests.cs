using Pare.Compression.Settings;
using Pare.Compression.Training;

namespace Pare.Compression.Tests.Settings;

public class SettingRangesTests
{
    [Fact]
    public void Faults_SeveralNumbersOutOfRange_NamesEach()
    {
        var settings = new TrainingSettings { BatchSize = 0, LearningRate = double.NaN, Milestones = [3, -1] };
        List<string> faults = SettingRanges.Faults(settings);
        faults.Count.ShouldBe(3);
        faults.ShouldContain("BatchSize is 0; expected 1 to 65536 samples.");
        faults.ShouldContain(f => f.StartsWith("LearningRate is NaN", StringComparison.Ordinal));
        faults.ShouldContain(f => f.StartsWith("Milestones is -1", StringComparison.Ordinal));
    }

    [Fact]
    public void Faults_Defaults_AreInRange() => SettingRanges.Faults(new TrainingSettings()).ShouldBeEmpty();
}
