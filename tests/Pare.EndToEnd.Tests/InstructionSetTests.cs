using System.Collections.Immutable;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.EndToEnd.Tests.House;
using Pare.Jit;
using Pare.Runtime;

namespace Pare.EndToEnd.Tests;

/// <summary>The published networks of integers compute the same on every instruction set; results/quantization has the figures for more pictures.</summary>
public class InstructionSetTests
{
    private const int Pictures = 20;

    [SharedDataFact("cifar10")]
    public void Run_PublishedNetworks_SameCodesOnEveryInstructionSet()
    {
        DataSet test = DataSourceCatalog.Default.Find("cifar10").Open(DataPart.Test, new DataLocations([SharedData.Folder!]));
        foreach (string network in (string[])["resnet-20-int8", "resnet-32-int8", "mobilenet-int8", "squeezenet-int8", "shufflenet-int8", "resnet-20-pruned-clustered-int8"])
        {
            // Machine code too, where it can be emitted.
            (string, PlanOptions)[] emitted = MachineCode.Unavailable is null ? [("machine code", new PlanOptions().WithMachineCode())] : [];
            Model model = ModelFile.Load(Path.Combine(Repository.Root, "results", "quantization", network, "model.pare"));
            ImmutableArray<InstructionSetResult> results = InstructionSetCheck.Run(model, test.Slice(0, Pictures), null, threads: 2, emitted);
            results.Select(r => r.Level).ShouldBe([.. CpuFeatures.Levels().Select(l => l.Describe()), .. emitted.Select(e => e.Item1)]);
            results.ShouldAllBe(r => r.Codes > 100_000 * Pictures && r.DifferingCodes == 0 && r.DifferingFloats == 0, network);
        }
    }
}
