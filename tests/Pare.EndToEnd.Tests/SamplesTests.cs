using Pare.Compression;
using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Training;
using Pare.Compression.Zoo;
using Pare.Encodings;
using Pare.Formats;
using Pare.Operators;
using Pare.Samples;

namespace Pare.EndToEnd.Tests;

/// <summary>Builds and runs the parts of a user's own: an operator, an encoding and a method that only the public API knows.</summary>
public sealed class SamplesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pare-samples-");

    private static readonly ModelFileContext Own = new()
    {
        Operators = OperatorCatalog.Default.With(Squareplus.Spec).With(SquareplusGradient.Spec),
        Encodings = EncodingCatalog.Default.With(Ternary.Spec),
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void OwnParts_TrainedCompressedSavedAndLoaded_WorkTogether()
    {
        DataSet digits = DataSourceCatalog.Default.Find("digits").Open(DataPart.Train, DataLocations.None).Slice(0, 1200);
        (DataSet train, DataSet validation) = digits.Split(200, 1);
        Model network = new NetworkBuilder("samples", 1, 1, 28, 28)
            .Flatten("flatten").Linear("fc1", 32).Apply("act", new Squareplus(1)).Linear("fc2", 10).Build();
        var settings = new TrainingSettings { Epochs = 3, BatchSize = 50, LearningRate = 0.05, Seed = 1 };
        Model trained = Trainer.Train(new TrainingTask(network, train, settings) { Validation = validation }, null, default).Model;

        Catalog<CompressionMethod> methods = MethodCatalog.Default.With(new TernaryMethod());
        Recipe recipe = Recipe.Parse("steps: [{method: sample.ternary, layers: fc1, threshold: 0.5, retrain: {epochs: 2, batch-size: 50}}]", "samples", methods);
        var context = new CompressionContext { Training = train, Validation = validation, Retrainer = new Retrainer(TimeProvider.System) };
        CompressionResult result = new Compressor(new ModelMeter(new EvaluationOptions()), TimeProvider.System).Run(trained, recipe, context, default);

        result.Model.Weights["fc1.weight"].ToString().ShouldBe("sample.ternary(dense)");
        result.Model.Weights["fc1.weight"].ToArray().Distinct().Count().ShouldBeLessThanOrEqualTo(3);
        string file = Path.Combine(_folder.FullName, "own.pare");
        ModelFile.Save(result.Model, file, context: Own);
        Model loaded = ModelFile.Load(file, Own);
        loaded.Weights["fc1.weight"].ToArray().ShouldBe(result.Model.Weights["fc1.weight"].ToArray());
        new FileInfo(file).Length.ShouldBeLessThan(8_000); // fc1 alone is 100,352 bytes of floats
        Metrics metrics = Evaluator.Run(loaded, validation);
        metrics.Errors.ShouldBeLessThan(60, "3 classes of 10 right at random would be 180 errors in 200");
    }

    [Fact]
    public void OwnOperator_WithoutItsCatalogLine_IsNamed()
    {
        var editor = new ModelEditor();
        editor.AddInput("x", new TensorType(DType.F32, Shape.Of(4)));
        editor.AddOutput(editor.Add(new Squareplus(4), "y", "x"));
        string file = Path.Combine(_folder.FullName, "own.onnx");
        ModelFile.Save(editor.Build(), file, context: Own);

        Should.Throw<UnsupportedException>(() => new Session(ModelFile.Load(file))).Message.ShouldContain("Squareplus");
        var session = new Session(ModelFile.Load(file, Own));
        new[] { -2f, 0f, 1f, 1.5f }.CopyTo(session.Input("x").Floats);
        session.Run();
        session.Output("y").Floats[1].ShouldBe(1f);
        session.Output("y").Floats[3].ShouldBe(2f);
    }
}
