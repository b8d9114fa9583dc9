using Pare.Formats.Onnx.Wire;

namespace Pare.Tests.Formats.Onnx;

/// <summary>Small files, made field by field.</summary>
internal static class Proto
{
    public static ModelProto Model(int opset = 17, long ir = 8)
    {
        var file = new ModelProto { IrVersion = ir, Graph = new GraphProto { Name = "g" } };
        file.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        return file;
    }

    /// <summary>x [N, 3] -> Echo -> y.</summary>
    public static ModelProto Line(int opset = 17) => Model(opset).Input("x", 1, "N", 3L).Node("Echo", ["x"], ["y"]).Output("y");

    public static ModelProto Input(this ModelProto file, string name, int type, params object[] dims)
    {
        file.Graph.Input.Add(Value(name, type, dims));
        return file;
    }

    public static ModelProto Output(this ModelProto file, string name)
    {
        file.Graph.Output.Add(Value(name, 1));
        return file;
    }

    public static ModelProto Node(this ModelProto file, string type, string[] inputs, string[] outputs, string name = "", string domain = "", params AttributeProto[] attributes)
    {
        var node = new NodeProto { OpType = type };
        if (name.Length > 0) node.Name = name;
        if (domain.Length > 0) node.Domain = domain;
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        node.Attribute.AddRange(attributes);
        file.Graph.Node.Add(node);
        return file;
    }

    public static ModelProto Initializer(this ModelProto file, TensorProto tensor)
    {
        file.Graph.Initializer.Add(tensor);
        return file;
    }

    public static ModelProto With(this ModelProto file, Action<ModelProto> change)
    {
        change(file);
        return file;
    }

    public static TensorProto Tensor(string name, int type, params long[] dims)
    {
        var tensor = new TensorProto { Name = name, DataType = type };
        tensor.Dims.AddRange(dims);
        return tensor;
    }

    public static TensorProto Floats(string name, params float[] values)
    {
        TensorProto tensor = Tensor(name, 1, values.Length);
        tensor.FloatData.AddRange(values);
        return tensor;
    }

    public static AttributeProto Int(string name, long value) => new() { Name = name, Type = 2, I = value };

    public static AttributeProto Float(string name, float value) => new() { Name = name, Type = 1, F = value };

    public static AttributeProto Text(string name, string value) => new() { Name = name, Type = 3, S = Google.Protobuf.ByteString.CopyFromUtf8(value) };

    private static ValueInfoProto Value(string name, int type, params object[] dims)
    {
        var shape = new TensorShapeProto();
        foreach (object dim in dims)
            shape.Dim.Add(dim switch
            {
                long number => new TensorShapeProto.Types.Dimension { DimValue = number },
                string text => new TensorShapeProto.Types.Dimension { DimParam = text },
                _ => new TensorShapeProto.Types.Dimension(),
            });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = type, Shape = shape } } };
    }
}
