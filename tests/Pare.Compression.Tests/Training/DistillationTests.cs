using Pare.Compression.Data;
using Pare.Compression.Training;
using Pare.Compression.Zoo;
using Pare.Operators;

namespace Pare.Compression.Tests.Training;

public class DistillationTests
{
    private static readonly TrainingSettings Follow = TestNets.Quick with { Epochs = 15, TeacherShare = 1, Temperature = 2, Validation = 0 };

    [Fact]
    public void Train_ByTheTeacherAlone_FollowsItAgainstTheLabels()
    {
        Model teacher = Trainer.Train(new TrainingTask(TestNets.Perceptron(), TestNets.Clouds(200), Follow with { TeacherShare = 0 })).Model;
        DataSet wrong = DataSet.FromFloats("wrong", [1, 2, 2], 3, Samples(TestNets.Clouds(200)), [.. Enumerable.Range(0, 200).Select(i => (i + 1) % 3)]);
        TrainingResult result = Trainer.Train(new TrainingTask(TestNets.Perceptron(seed: 5), wrong, Follow) { Teacher = teacher });
        result.Epochs[^1].Accuracy.ShouldBe(0);
        result.Epochs[^1].Loss.ShouldBeInRange(-1e-3, 0.5, "a student like its teacher has no loss");
        Pare.Compression.Evaluation.Evaluator.Run(result.Model, TestNets.Clouds(200)).Errors.ShouldBe(0);
    }

    [Fact]
    public void Add_TeacherLikeTheStudent_HasNoGradient()
    {
        // At the teacher's own logits softmax(student / T) is the target, so the gradient of every weight is 0.
        Model model = TestNets.Perceptron();
        var graph = TrainingGraph.Build(model, new TrainingGraphOptions { Batch = 4, Distillation = new Distillation(1, 3) });
        var session = new Session(graph.Model);
        foreach (string weight in graph.Gradients.Keys) model.Weights[weight].Decode(0, session.Input(weight).Floats);
        Samples(TestNets.Clouds(4)).CopyTo(session.Input(graph.Input).Floats);
        var teacher = new Teacher(model, TestNets.Clouds(4), new Preprocessing { Scale = 1 }, 4, 3, 3, 1);
        teacher.Answer(Samples(TestNets.Clouds(4)), session.Input(graph.Targets!).Floats);
        session.Run();
        foreach (string gradient in graph.Gradients.Values)
            foreach (float g in session.Output(gradient).Floats) g.ShouldBe(0, 1e-5f);
    }

    [Fact]
    public void Answer_TeacherThatEndsInSoftmax_SaysTheSame()
    {
        Model model = TestNets.Perceptron();
        var editor = new ModelEditor(model);
        editor.SetOutputs([editor.Add(new Softmax(), "softmax", model.Outputs[0])]);
        float[] plain = new float[12], ended = new float[12];
        foreach ((Model teacher, float[] to) in new[] { (model, plain), (editor.Build(), ended) })
            new Teacher(teacher, TestNets.Clouds(4), new Preprocessing { Scale = 1 }, 4, 3, 2, 1).Answer(Samples(TestNets.Clouds(4)), to);
        for (int i = 0; i < plain.Length; i++) ended[i].ShouldBe(plain[i], 1e-5f);
        plain[..3].Sum().ShouldBe(1, 1e-5f);
    }

    [Fact]
    public void Train_ShareWithoutATeacher_SaysSo() =>
        Should.Throw<RecipeException>(() => Trainer.Train(new TrainingTask(TestNets.Perceptron(), TestNets.Clouds(40), Follow))).Message.ShouldContain("there is no teacher");

    [Fact]
    public void Train_TeacherOfOtherClasses_SaysSo()
    {
        Model other = new NetworkBuilder("other", 1, 1, 2, 2).Flatten("flatten").Linear("fc", 5).Build();
        Should.Throw<RecipeException>(() => Trainer.Train(new TrainingTask(TestNets.Perceptron(), TestNets.Clouds(40), Follow) { Teacher = other })).Message.ShouldContain("the same classes");
    }

    private static float[] Samples(DataSet data)
    {
        using var loader = new BatchLoader(data, new Preprocessing { Scale = 1 }, new BatchOptions { BatchSize = data.Count });
        loader.TryNext(out Batch? batch);
        return batch!.Inputs.ToArray();
    }
}
