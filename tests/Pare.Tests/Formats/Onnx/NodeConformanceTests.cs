using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using Pare.Formats.Onnx;
using Pare.Formats.Onnx.Wire;
using Pare.Operators;
using Xunit.Abstractions;

namespace Pare.Tests.Formats.Onnx;

/// <summary>ONNX's own node tests, on the scalar definitions and on plans.</summary>
public class NodeConformanceTests(ITestOutputHelper output)
{
    /// <summary>Fewer passing tests than this means that something is refused that was read before.</summary>
    private const int LeastPassed = 1061;

    private const int LeastPlanned = 1044;

    private const float RelativeTolerance = 1e-3f, AbsoluteTolerance = 1e-7f;

    private static readonly int[] OtherOpsets = [7, 9, 10, 11, 12, 13, 17, 18, 20, 21, 23, 27];

    [SharedDataFact(NodeTestArchive.File)]
    public void Evaluate_NodeTests_PassButForThoseListed() => Check("scalar", Scalar, LeastPassed);

    [SharedDataFact(NodeTestArchive.File)]
    public void Run_NodeTests_PassButForThoseListed() => Check("plan", Planned, LeastPlanned);

    private void Check(string how, Func<Model, Func<Model>, Dictionary<string, Tensor>, Tensor[], string?> run, int leastPassed)
    {
        NodeTestArchive archive = NodeTestArchive.Open();
        Dictionary<string, string> listed = Listed(how);
        var passed = new List<string>();
        var refused = new List<string>();
        var failed = new List<string>();
        foreach (string test in archive.Names)
            switch (Try(archive, test, run))
            {
                case (true, _): passed.Add(test); break;
                case (null, string why): refused.Add($"{test}: {why}"); break;
                case (false, string why): failed.Add($"{test}: {why}"); break;
            }
        output.WriteLine($"{archive.Names.Count()} node tests: {passed.Count} pass, {failed.Count} fail, {refused.Count} need operators or types that Pare lacks.");
        foreach (string line in failed.Concat(refused)) output.WriteLine(line);
        failed.Where(f => !listed.ContainsKey(f[..f.IndexOf(':')])).ShouldBeEmpty();
        listed.Keys.Where(passed.Contains).ShouldBeEmpty("These pass now: take them out of the list.");
        passed.Count.ShouldBeGreaterThanOrEqualTo(leastPassed);
    }

    /// <summary>True: passes. Null: refused, and why. False: wrong, and how.</summary>
    private static (bool? Passed, string Why) Try(
        NodeTestArchive archive, string test, Func<Model, Func<Model>, Dictionary<string, Tensor>, Tensor[], string?> run)
    {
        try
        {
            RefuseFirst(archive.Model(test));
            foreach ((Tensor[] inputs, Tensor[] expected) in archive.DataSets(test))
            {
                Model model = Read(archive.Model(test).Proto(), inputs);
                ForeignNodes.Refuse(model, "run");
                Model Known() => WithInitializers(archive.Model(test).Proto(), inputs, vectors: true);
                if (run(model, Known, Named(archive.Model(test).Proto(), inputs), expected) is { } difference) return (false, difference);
            }
            return (true, "");
        }
        catch (UnsupportedException e)
        {
            return (null, e.Message.ReplaceLineEndings(" "));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return (false, $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>By the scalar definitions, as read and as written with other opsets.</summary>
    private static string? Scalar(Model model, Func<Model> known, Dictionary<string, Tensor> inputs, Tensor[] expected)
    {
        OnnxFiles.Read(model.Write(operators: OperatorCatalog.Default), OperatorCatalog.Default).ShouldEqual(model);
        if (Difference(ScalarRun.Run(model, inputs), expected) is { } difference) return difference;
        foreach (int opset in OtherOpsets)
            if (WriteAndRead(model, opset) is { } other && Difference(ScalarRun.Run(other, inputs), expected) is { } otherDifference)
                return $"written with opset {opset}: {otherDifference}";
        return null;
    }

    /// <summary>By a plan, which needs all shapes known: where they are not, with the integers as initializers.</summary>
    private static string? Planned(Model model, Func<Model> known, Dictionary<string, Tensor> inputs, Tensor[] expected)
    {
        if (model.Types.Values.Any(t => !t.Shape.IsFixed)) model = known();
        if (model.Types.Values.Any(t => !t.Shape.IsFixed)) throw new UnsupportedException("its shapes follow from the values of floats");
        var session = new Session(model);
        foreach ((string name, _) in model.Inputs) inputs[name].Bytes.CopyTo(session.Input(name).Bytes);
        session.Run();
        return Difference([.. model.Outputs.Select(session.Output)], expected);
    }

    /// <summary>Tells what Pare lacks before the data are read, which may be of kinds (sequences) that Pare lacks too.</summary>
    private static void RefuseFirst(byte[] file)
    {
        try
        {
            ForeignNodes.Refuse(OnnxFiles.Read(file, OperatorCatalog.Default), "run");
        }
        catch (ModelException)
        {
            // It may need the integers of the data set to be initializers; that is tried later.
        }
    }

    /// <summary>As it is, or, where shapes depend on what these tests feed as inputs (axes, starts, scales ...), with those as initializers.</summary>
    private static Model Read(ModelProto file, Tensor[] inputs)
    {
        try
        {
            return OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);
        }
        catch (ModelException)
        {
            return WithInitializers(file, inputs, vectors: false);
        }
    }

    private static Model WithInitializers(ModelProto file, Tensor[] inputs, bool vectors)
    {
        foreach ((string name, Tensor value) in Named(file, inputs))
            if (value.DType is not (DType.F32 or DType.F64) || (vectors && value.Shape.Rank <= 1)) file.Graph.Initializer.Add(TensorFormatter.Inline(value, name));
        return OnnxFiles.Read(file.ToByteArray(), OperatorCatalog.Default);
    }

    private static Dictionary<string, Tensor> Named(ModelProto file, Tensor[] inputs) =>
        file.Graph.Input.Zip(inputs).ToDictionary(p => p.First.Name, p => p.Second, StringComparer.Ordinal);

    /// <summary>Null where the opset cannot say what the model says.</summary>
    private static Model? WriteAndRead(Model model, int opset)
    {
        byte[] file;
        try
        {
            file = model.Write(opset, OperatorCatalog.Default);
        }
        catch (UnsupportedException)
        {
            return null;
        }
        return OnnxFiles.Read(file, OperatorCatalog.Default);
    }

    private static string? Difference(Tensor[] found, Tensor[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
            if (Difference(found[i], expected[i]) is { } difference) return $"output {i}: {difference}";
        return null;
    }

    private static string? Difference(Tensor found, Tensor expected)
    {
        if (!found.Type.Equals(expected.Type)) return $"it is {found.Type}, {expected.Type} was expected";
        if (expected.DType is not (DType.F32 or DType.F64)) return found.Bytes.SequenceEqual(expected.Bytes) ? null : "other values";
        for (int i = 0; i < expected.Length; i++)
        {
            double a = Number(found, i), b = Number(expected, i);
            bool same = a.Equals(b) || Math.Abs(a - b) <= AbsoluteTolerance + RelativeTolerance * Math.Abs(b);
            if (!same) return string.Create(CultureInfo.InvariantCulture, $"element {i} is {a}, {b} was expected");
        }
        return null;
    }

    private static double Number(Tensor tensor, int index) =>
        tensor.DType == DType.F32 ? tensor.Floats[index] : MemoryMarshal.Cast<byte, double>(tensor.Bytes)[index];

    /// <summary>"scalar test_name: reason" or "plan test_name: reason" a line.</summary>
    private static Dictionary<string, string> Listed(string how) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Formats", "Onnx", "node-tests-failing-by-design.txt"))
            .Where(l => l.StartsWith(how + " ", StringComparison.Ordinal)).Select(l => l[(how.Length + 1)..].Split(": ", 2)).ToDictionary(p => p[0], p => p[1]);
}
