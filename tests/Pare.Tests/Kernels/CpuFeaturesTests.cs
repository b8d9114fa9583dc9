namespace Pare.Tests.Kernels;

public class CpuFeaturesTests
{
    /// <summary>The canary of the instruction-set matrix in build.sh: without it a switch that stopped working would go unnoticed.</summary>
    [Fact]
    public void Detect_UnderASwitchedOffInstructionSet_IsTheExpectedLevel()
    {
        string? expected = Environment.GetEnvironmentVariable("PARE_EXPECT_CPU");

        CpuFeatures.Detect().Describe().ShouldBe(string.IsNullOrEmpty(expected) ? CpuFeatures.Levels()[^1].Describe() : expected);
    }

    [Fact]
    public void Levels_StartAtScalar_AndNeverRepeat()
    {
        CpuFeatures.Levels()[0].ShouldBe(CpuFeatures.Scalar);
        CpuFeatures.Levels().ShouldBeUnique();
    }
}
