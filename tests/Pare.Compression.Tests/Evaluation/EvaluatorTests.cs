using Pare.Compression.Data;
using Pare.Compression.Evaluation;
using Pare.Compression.Tests.Training;
using Pare.Operators;

namespace Pare.Compression.Tests.Evaluation;

public class EvaluatorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100)]
    public void Run_AnyBatchSize_CountsEverySampleOnce(int batch)
    {
        DataSet data = TestNets.Clouds(50);
        Metrics metrics = Evaluator.Run(TestNets.Perceptron(), data, new EvaluationOptions { BatchSize = batch });
        Metrics one = Evaluator.Run(TestNets.Perceptron(), data, new EvaluationOptions { BatchSize = 50 });
        (metrics.Samples, metrics.Errors, metrics.TopFiveErrors).ShouldBe((50, one.Errors, null));
        metrics.MeanLoss.ShouldBe(one.MeanLoss, 1e-5);
        metrics.Accuracy.ShouldBe(1 - one.Errors / 50.0);
    }

    [Fact]
    public void Options_WithTuning_AreRefused() =>
        Should.Throw<ArgumentException>(() => new EvaluationOptions { Plan = new Pare.Runtime.PlanOptions { Tuning = new Pare.Runtime.KernelTuning() } })
            .Message.ShouldContain("cost model");

    [Fact]
    public void Run_ModelOfFixedBatch_RunsAtThatBatch()
    {
        var editor = new ModelEditor(TestNets.Perceptron());
        editor.SetInput("image", new TensorType(DType.F32, Shape.Of(3, 1, 2, 2)));
        Evaluator.Run(editor.Build(), TestNets.Clouds(50)).Errors.ShouldBe(Evaluator.Run(TestNets.Perceptron(), TestNets.Clouds(50)).Errors);
    }

    [Fact]
    public void Run_SoftmaxOutput_GivesTheLossOfTheLogits()
    {
        Model model = TestNets.Perceptron();
        var editor = new ModelEditor(model);
        editor.SetOutputs([editor.Add(new Softmax(), "probabilities", "logits")]);
        Evaluator.Run(editor.Build(), TestNets.Clouds(50)).MeanLoss.ShouldBe(Evaluator.Run(model, TestNets.Clouds(50)).MeanLoss, 1e-4);
    }

    [Fact]
    public void Run_OtherSampleShape_IsADataExceptionWithBothShapes()
    {
        string message = Should.Throw<DataException>(() => Evaluator.Run(TestNets.Perceptron(), TestNets.Pictures(6))).Message;
        message.ShouldContain("[2, 6, 6]");
        message.ShouldContain("[N, 1, 2, 2]");
    }

    [Fact]
    public void Run_LabelsBeyondTheClasses_IsADataException()
    {
        DataSet data = DataSet.FromFloats("five", [1, 2, 2], 5, new float[8], [0, 4]);
        Should.Throw<DataException>(() => Evaluator.Run(TestNets.Perceptron(), data)).Message.ShouldContain("labels 0 to 4");
    }

    [Fact]
    public void Run_NoLabels_IsADataException() =>
        Should.Throw<DataException>(() => Evaluator.Run(TestNets.Perceptron(), DataSet.FromFloats("bare", [1, 2, 2], 0, new float[8], null)));

    [Fact]
    public void Run_OtherRangeThanTrained_IsADataException()
    {
        Model model = TestNets.Perceptron();
        foreach ((string key, string value) in (new Preprocessing { Trained = new InputRange(0, 1, true) }).ToMetadata())
            model = model.WithMetadata(model.Metadata.With(key, value));
        DataSet bytes = DataSet.FromBytes("bytes", [1, 2, 2], 3, (byte[])[0, 100, 200, 255, 9, 99, 199, 250], [0, 1]);
        Evaluator.Run(model, bytes).Samples.ShouldBe(2);
        Should.Throw<DataException>(() => Evaluator.Run(model, bytes, new EvaluationOptions { Preprocessing = new Preprocessing { Scale = 1 } })).Message.ShouldContain("0..255");
    }

    [Fact]
    public void Run_VectorInput_TakesPicturesOfAsManyNumbers()
    {
        var editor = new ModelEditor();
        string x = editor.AddInput("x", new TensorType(DType.F32, new Shape([Dim.Named("N"), 4])));
        editor.AddOutput(editor.Add(new Gemm(), "fc", x, editor.SetWeight("w", new Dense(Shape.Of(4, 12), new float[48]))));
        Metrics metrics = Evaluator.Run(editor.Build(), TestNets.Clouds(30));
        (metrics.Errors, metrics.TopFiveErrors).ShouldBe((20, 0));
        metrics.MeanLoss.ShouldBe(Math.Log(12), 1e-6);
        metrics.TopFiveAccuracy.ShouldBe(1);
    }

    [Fact]
    public void Run_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Should.Throw<OperationCanceledException>(() => Evaluator.Run(TestNets.Perceptron(), TestNets.Clouds(30), null, null, source.Token));
    }
}
