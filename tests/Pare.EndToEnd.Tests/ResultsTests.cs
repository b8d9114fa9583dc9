using System.Globalization;
using Pare.Compression;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Reporting;
using Pare.Encodings;
using Pare.EndToEnd.Tests.House;
using Pare.Inspection;

namespace Pare.EndToEnd.Tests;

/// <summary>The published files are what their reports and the README say of them.</summary>
public class ResultsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "results");

    private static readonly string[] Names =
        [.. Directory.GetDirectories(Folder).Concat(Directory.GetDirectories(Path.Combine(Folder, "quantization")))
            .Where(d => File.Exists(Path.Combine(d, "settings.sh"))).Select(d => Path.GetRelativePath(Folder, d).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    public static TheoryData<string> Published => [.. Names];

    [Theory]
    [MemberData(nameof(Published))]
    public void Report_OfAPublishedResult_FitsItsFileAndTheReadme(string name)
    {
        Report report = ReportOf(name);

        new FileInfo(FileOf(name)).Length.ShouldBe(report.After.Bytes);
        report.After.Ratio.ShouldBe(4.0 * report.Parameters / report.After.Bytes, 1e-9);
        report.Layers.Sum(l => l.Bytes).ShouldBe(report.After.Bytes - report.OverheadBytes);
        string row = File.ReadLines(Path.Combine(Repository.Root, "README.md")).Single(line => line.Contains($"](results/{name}/)", StringComparison.Ordinal));
        row.ShouldContain(report.After.Bytes.ToString("N0", CultureInfo.InvariantCulture));
        row.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"{100 * report.After.Test!.Error:F2} %"));
    }

    /// <summary>Pruned, clustered and quantized: what the first steps reached is still there.</summary>
    [Fact]
    public void File_PrunedClusteredAndQuantized_KeepsZerosAndClusters()
    {
        Model model = ModelFile.Load(FileOf("quantization/resnet-20-pruned-clustered-int8"));
        WeightEncoding[] kernels = [.. LayerSelector.All(model).Where(l => l.IsKernel).Select(l => model.Weights[l.Weight])];
        kernels.Length.ShouldBe(20);
        foreach (WeightEncoding weight in kernels)
        {
            Sparse stored = Find<Sparse>(weight).ShouldNotBeNull();
            ((double)stored.Positions.Length / weight.Length).ShouldBeLessThanOrEqualTo(0.301);
            Codebook clusters = Find<Codebook>(weight).ShouldNotBeNull();
            clusters.Table.Length.ShouldBeLessThanOrEqualTo(15); // and zero
            Find<Integer>(clusters.Table).ShouldNotBeNull().Codes.Bits.ShouldBe(8);
        }
        model.Nodes.Count(n => n.Operator is Operators.QuantizeLinear).ShouldBeGreaterThan(20);
        new Session(model).Plan.Lowered.Nodes.Count(n => n.Operator is Operators.DequantizeLinear).ShouldBe(1, "all layers compute with integers");
    }

    /// <summary>A row of results/rewrites is in the README with its figures; the script that makes it stops where a prediction is not met.</summary>
    [Fact]
    public void Table_OfRewrites_IsInTheReadme()
    {
        string[] readme = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"));
        string[][] rows = [.. File.ReadLines(Path.Combine(Folder, "rewrites", "table.tsv")).Skip(1).Select(line => line.Split('\t'))];
        rows.Select(r => r[1].Split(':')[0]).Distinct().Count().ShouldBe(7);
        foreach (string[] row in rows)
        {
            string shown = readme.Single(line => line.Contains($"| {row[0]} | `{row[1]}` |", StringComparison.Ordinal));
            foreach (int count in (int[])[3, 5]) shown.ShouldContain(long.Parse(row[count], CultureInfo.InvariantCulture).ToString("N0", CultureInfo.InvariantCulture));
            foreach (int error in (int[])[10, 11]) shown.ShouldContain(string.Create(CultureInfo.InvariantCulture, $"{100 * double.Parse(row[error], CultureInfo.InvariantCulture):F2} %"));
        }
    }

    /// <summary>The table of small networks says what their reports and files say, and the best of the three meets its bar.</summary>
    [Fact]
    public void Table_OfSmallNetworks_FitsItsReportsAndFiles()
    {
        string[][] rows = [.. File.ReadLines(Path.Combine(Folder, "small", "table.tsv")).Skip(1).Select(line => line.Split('\t'))];
        rows.Select(r => r[0]).ShouldBe(["mobilenet", "squeezenet", "shufflenet", "mobilenet-plain"]);
        rows.Take(3).Max(r => double.Parse(r[6], CultureInfo.InvariantCulture)).ShouldBeGreaterThanOrEqualTo(0.88);
        foreach (string[] row in rows)
        {
            Report report = ReportOf(Path.Combine("small", row[0]));
            double[] figures = [.. row.Skip(1).Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
            (figures[3], figures[4], figures[5]).ShouldBe((report.After.Bytes, report.After.Validation!.Accuracy, report.After.Test!.Accuracy));
            report.After.Test.Errors.ShouldBe(report.Before.Test!.Errors, "folding changes no answer");
            bool plain = row[0] == "mobilenet-plain";
            figures[0].ShouldBeInRange(1, plain ? 12 : 30);
            if (plain) continue;
            new FileInfo(FileOf(Path.Combine("small", row[0]))).Length.ShouldBe((long)figures[3]);
            var profile = Profile.Of(ModelFile.Load(FileOf(Path.Combine("small", row[0]))));
            (profile.Parameters, profile.Macs).ShouldBe(((long)figures[1], (long)figures[2]));
            profile.Macs.ShouldBeInRange(6_000_000, 12_000_000);
        }
    }

    [SharedDataFact("mnist")]
    public void Files_OfMnist_MakeTheErrorsReported() => Verify("lenet-300-100", "lenet-300-100-small", "lenet-5", "lenet-5-small", "lenet-5-pooled-head");

    [SharedDataFact("cifar10")]
    public void Files_OfCifar10_MakeTheErrorsReported() => Verify("resnet-20-clusters", "resnet-20-deep-compression", "small/mobilenet", "small/squeezenet", "small/shufflenet");

    [SharedDataFact("cifar10")]
    public void Files_OfQuantizedNetworks_MakeTheErrorsReported() => Verify([.. Names.Where(name => name.StartsWith("quantization/", StringComparison.Ordinal))]);

    private static void Verify(params string[] names)
    {
        foreach (string name in names)
        {
            Report report = ReportOf(name);
            DataSet test = DataSourceCatalog.Default.Find(report.Data!.Name).Open(DataPart.Test, new DataLocations([SharedData.Folder!]));
            Evaluator.Run(ModelFile.Load(FileOf(name)), test).Errors.ShouldBe((int)report.After.Test!.Errors, name);
        }
    }

    private static T? Find<T>(WeightEncoding weight) where T : WeightEncoding =>
        weight as T ?? weight.Children.Select(c => Find<T>(c.Encoding)).FirstOrDefault(found => found is not null);

    private static string FileOf(string name) => Path.Combine(Folder, name, "model.pare");

    private static Report ReportOf(string name) => Report.FromJson(File.ReadAllText(Path.Combine(Folder, name, "model.report.json")));
}
