using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Pare.Compression.Data.Readers;

/// <summary>One array of NumPy: little-endian, C order; f4, f8, u1, i1, i2, i4 or i8.</summary>
/// <remarks>NumPy's format 1.0 to 3.0: a magic, the length of the header, a Python dictionary as text, then the numbers.</remarks>
internal sealed partial class Npy
{
    private const string Supported = "f4, f8, u1, i1, i2, i4, i8, little-endian";
    private readonly string _file;
    private readonly ReadOnlyMemory<byte> _values;

    private Npy(string file, string type, ImmutableArray<int> shape, ReadOnlyMemory<byte> values) => (_file, Type, Shape, _values) = (file, type, shape, values);

    /// <summary>"f4", "u1" ...</summary>
    internal string Type { get; }

    internal ImmutableArray<int> Shape { get; }

    internal static Npy Read(string path) => Parse(path, DataBytes.Read(path, Announced));

    internal static Npy Parse(string file, byte[] content)
    {
        (string type, long[] shape, int header) = ParseHeader(file, content);
        long count = 1;
        foreach (long dim in shape)
        {
            if (dim < 0 || dim > Array.MaxLength || (dim > 0 && count > Array.MaxLength / dim))
                throw new DataException($"File '{file}': the header says shape [{string.Join(", ", shape)}]; at most {Array.MaxLength} numbers can be read.");
            count *= dim;
        }

        long expected = header + count * Size(type);
        if (content.Length != expected)
        {
            throw new DataException(
                $"File '{file}': the header says shape [{string.Join(", ", shape)}] of {type}, {expected} bytes with the header, but the file has {content.Length}.");
        }

        return new Npy(file, type, [.. shape.Select(dim => (int)dim)], content.AsMemory(header));
    }

    /// <summary>How long the file must be by its header; null where the header does not tell.</summary>
    internal static long? Announced(ReadOnlySpan<byte> head)
    {
        try
        {
            (string type, long[] shape, int header) = ParseHeader("", head);
            return checked(header + shape.Aggregate(1L, (product, dim) => checked(product * dim)) * Size(type));
        }
        catch (Exception e) when (e is DataException or OverflowException)
        {
            return null; // parsing the whole file reports it, with the file's name
        }
    }

    /// <summary>The values as bytes; only for u1.</summary>
    internal ReadOnlyMemory<byte> Bytes => _values;

    internal float[] ToFloats()
    {
        ReadOnlySpan<byte> values = _values.Span;
        return Type switch
        {
            "f4" => MemoryMarshal.Cast<byte, float>(values).ToArray(),
            "f8" => Convert<double>(values, v => (float)v),
            "u1" => Convert<byte>(values, v => v),
            "i1" => Convert<sbyte>(values, v => v),
            "i2" => Convert<short>(values, v => v),
            "i4" => Convert<int>(values, v => v),
            _ => Convert<long>(values, v => v),
        };
    }

    /// <summary>The values as class numbers: integers of shape [N] or [N, 1].</summary>
    internal int[] ToLabels()
    {
        bool flat = Shape.Length == 1 || (Shape.Length == 2 && Shape[1] == 1);
        if (!flat || Type[0] == 'f')
            throw new DataException($"File '{_file}' has {Type} of shape [{string.Join(", ", Shape)}]; labels must be integers of shape [N] or [N, 1].");
        ReadOnlySpan<byte> values = _values.Span;
        int size = Size(Type);
        var labels = new int[values.Length / size];
        for (int i = 0; i < labels.Length; i++)
        {
            ReadOnlySpan<byte> at = values[(i * size)..];
            long label = Type switch
            {
                "u1" => at[0],
                "i1" => (sbyte)at[0],
                "i2" => BinaryPrimitives.ReadInt16LittleEndian(at),
                "i4" => BinaryPrimitives.ReadInt32LittleEndian(at),
                _ => BinaryPrimitives.ReadInt64LittleEndian(at),
            };
            labels[i] = label is >= 0 and < int.MaxValue
                ? (int)label
                : throw new DataException($"File '{_file}': label {i} is {label}; labels are class numbers from 0 on.");
        }

        return labels;
    }

    /// <summary>Makes a set of an array of samples and, where there is one, an array of labels.</summary>
    /// <param name="name">For messages.</param>
    /// <param name="x">[N, D], [N, H, W], [N, C, H, W] or [N, H, W, C].</param>
    /// <param name="y">[N] or null.</param>
    /// <param name="layout">"nchw", "nhwc" or null, as in <see cref="DataOptions.StoredLayout"/>.</param>
    internal static DataSet ToDataSet(string name, Npy x, Npy? y, string? layout)
    {
        ImmutableArray<int> s = x.Shape;
        if (s.Length is < 2 or > 4)
            throw new DataException($"File '{x._file}' has shape [{string.Join(", ", s)}]; samples must be [N, D], [N, H, W], [N, C, H, W] or [N, H, W, C].");
        bool channelsLast = s.Length == 4 && layout switch
        {
            "nhwc" => true,
            "nchw" => false,
            null => s[3] is 1 or 3 or 4 && s[1] is not (1 or 3 or 4),
            _ => throw new DataException($"Stored layout '{layout}' is not known; expected 'nchw' or 'nhwc'."),
        };
        ImmutableArray<int> shape = s.Length switch
        {
            2 => [s[1]],
            3 => [1, s[1], s[2]],
            _ => channelsLast ? [s[3], s[1], s[2]] : [s[1], s[2], s[3]],
        };
        int[]? labels = y?.ToLabels();
        if (labels is not null && labels.Length != s[0])
            throw new DataException($"Data '{name}': {s[0]} samples, but {labels.Length} labels; the counts must be equal.");
        int classes = labels is null or [] ? 0 : labels.Max() + 1;
        if (x.Type == "u1")
            return DataSet.FromBytes(name, shape, classes, channelsLast ? ChannelsFirst(x.Bytes.Span, shape) : x.Bytes, labels);
        float[] floats = x.ToFloats();
        return DataSet.FromFloats(name, shape, classes, channelsLast ? ChannelsFirst<float>(floats, shape) : floats, labels);
    }

    // src [N, H, W, C] -> dst [N, C, H, W]; shape is [C, H, W]
    internal static T[] ChannelsFirst<T>(ReadOnlySpan<T> src, ImmutableArray<int> shape)
    {
        int channels = shape[0], plane = shape[1] * shape[2], length = channels * plane;
        var dst = new T[src.Length];
        for (int start = 0; start < src.Length; start += length)
        {
            for (int c = 0; c < channels; c++)
            {
                for (int p = 0; p < plane; p++)
                    dst[start + c * plane + p] = src[start + p * channels + c];
            }
        }

        return dst;
    }

    private static (string Type, long[] Shape, int Header) ParseHeader(string file, ReadOnlySpan<byte> content)
    {
        if (content.Length < 10 || content[0] != 0x93 || !content[1..].StartsWith("NUMPY"u8))
            throw new DataException($"File '{file}' is not a .npy array: it does not begin with the magic \\x93NUMPY.");
        int version = content[6];
        if (version is < 1 or > 3 || (version > 1 && content.Length < 12))
            throw new DataException($"File '{file}': .npy version {version} cannot be read; expected 1, 2 or 3.");
        long start = version == 1 ? 10 : 12;
        long length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(content[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(content[8..]);
        if (start + length > content.Length || length > 1 << 16)
            throw new DataException(
                $"File '{file}': the .npy header says it is {length} bytes long, but {content.Length - start} follow (at most 65,536 "
                + "are read).");
        string text = Encoding.Latin1.GetString(content.Slice((int)start, (int)length));
        Match match = HeaderPattern().Match(text);
        if (!match.Success)
            throw new DataException(
                $"File '{file}': the .npy header is '{text.Trim()}'; expected one plain array with descr, fortran_order and shape.");
        if (match.Groups["fortran"].Value == "True")
            throw new DataException($"File '{file}' is stored in Fortran order; expected C order: save it with numpy.ascontiguousarray.");
        string descr = match.Groups["descr"].Value, type = descr[1..];
        if (descr[0] == '>' || Size(type) == 0)
            throw new DataException($"File '{file}' holds numbers of type '{descr}', which cannot be read; supported: {Supported}.");
        long[] shape =
        [
            .. match.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(dim => long.TryParse(dim, NumberStyles.None, CultureInfo.InvariantCulture, out long n) ? n : -1),
        ];
        if (shape.Any(dim => dim < 0))
            throw new DataException($"File '{file}': the .npy header says shape ({match.Groups["shape"].Value}); expected whole numbers.");
        return (type, shape, (int)(start + length));
    }

    private static int Size(string type) => type switch { "u1" or "i1" => 1, "i2" => 2, "i4" or "f4" => 4, "i8" or "f8" => 8, _ => 0 };

    private static float[] Convert<T>(ReadOnlySpan<byte> values, Func<T, float> convert)
        where T : struct
    {
        ReadOnlySpan<T> from = MemoryMarshal.Cast<byte, T>(values);
        var to = new float[from.Length];
        for (int i = 0; i < to.Length; i++)
            to[i] = convert(from[i]);
        return to;
    }

    [GeneratedRegex(
        @"^\s*\{\s*'descr'\s*:\s*'(?<descr>[<>|=][a-zA-Z]\d+)'\s*,\s*'fortran_order'\s*:\s*(?<fortran>True|False)\s*,\s*'shape'\s*:\s*\((?<shape>[\d\s,]*)\)\s*,?\s*\}\s*$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex HeaderPattern();
}
